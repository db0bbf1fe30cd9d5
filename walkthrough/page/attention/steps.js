// The computation of chapters 1 to 4, 7 and 8, written once. What a cell holds, what it says of itself and
// where it leads all come from one expression.
//
// An expression is a number; or a cell, {step, row, col}; or an operator with its operands, such as
// ['sum', ['times', cell, cell], ['times', cell, cell]]. All is float32, in the library's order.

const f32 = Math.fround;

const operators = {
  sum: (...terms) => terms.reduce((total, term) => f32(total + term), 0),
  times: (left, right) => f32(left * right),
  over: (above, below) => f32(above / below),
  minus: (left, right) => f32(left - right),
  exp: (score, max) => f32(Math.exp(f32(score - (max ?? 0)))),
  ln: (number) => f32(Math.log(number)),
  root: (number) => f32(Math.sqrt(number)),
};

function evaluate(expression) {
  if (typeof expression === 'number') return f32(expression);
  if (expression.step) return expression.step.value(expression.row, expression.col);
  const [operator, ...operands] = expression;
  return operators[operator](...operands.map(evaluate));
}

// The expression as it is written: texts, and the cells and numbers between them.
function written(expression, isPart) {
  if (!Array.isArray(expression)) return [expression];
  const [operator, ...operands] = expression;
  const parts = operands.map((operand) => written(operand, true));
  const joined = (sign) => parts.flatMap((part, i) => (i ? [sign, ...part] : part));
  const sign = {sum: ' + ', minus: ' − ', times: '·', over: ' / '}[operator];
  if (['sum', 'minus'].includes(operator) && isPart) return ['(', ...joined(sign), ')'];
  if (operator === 'exp') return ['e^(', ...joined(' − '), ')'];
  if (operator === 'ln') return ['ln(', ...written(operands[0]), ')'];
  if (operator === 'root') return ['√', ...parts[0]];
  return joined(sign);
}

// The order of `sum` in src/vector.cpp: four running totals, then the totals from left to right.
function sumInFours(terms) {
  const wholeFours = terms.length - (terms.length % 4);
  const totals = [[], [], [], []];
  terms.forEach((term, i) => totals[i < wholeFours ? i % 4 : 0].push(term));
  const groups = totals.filter((total) => total.length > 0);
  if (groups.length === 1) return ['sum', ...groups[0]];
  return ['sum', ...groups.map((total) => (total.length === 1 ? total[0] : ['sum', ...total]))];
}

// The sum of the products of two rows or columns.
const dot = (left, right) => ['sum', ...left.map((cell, i) => ['times', cell, right[i]])];

const range = (count) => Array.from({length: count}, (_, i) => i);

// A tensor of two axes. `axes` names them; `expression(row, col)` says what a cell is made of, and
// `isHidden` whether the mask hides it. `uses` are the steps made of it, and the way back from each:
// `part(grad, row, col)` is what a cell's gradient owes to `grad`, the gradient of what was made.
class Step {
  constructor(name, axes, rows, cols, formula, expression, isHidden = () => false) {
    Object.assign(this, {name, axes, rows, cols, formula, expression, isHidden});
    this.values = [];
    this.uses = [];
  }
  get isHeat() {
    return this.axes.join() === 'query,key' && !this.isGiven && !this.of;
  }
  use(made, formula, part) {
    this.uses.push({made, formula, part});
  }
  value(row, col) {
    return (this.values[row * this.cols + col] ??= evaluate(this.expression(row, col)));
  }
  cell(row, col) {
    return {step: this, row, col};
  }
  cells() {
    return range(this.rows).flatMap((row) => this.row(row));
  }
  row(row) {
    return range(this.cols).map((col) => this.cell(row, col));
  }
  column(col) {
    return range(this.rows).map((row) => this.cell(row, col));
  }
}

// The steps of one view, in their order. A mistake is built twice, right and then wrong: a wrong
// step whose formula is that of the right one is the right one.
class Flow {
  constructor(given, state, tokens = given.tokens) {
    Object.assign(this, {given, state, steps: [], group: 'Inputs and weights', suffix: ''});
    this.tokens = tokens;
    this.query = Math.min(state.token, tokens.length - 1);
    this.labels = {token: tokens, query: tokens, key: tokens};
  }

  add(name, axes, rows, cols, formula, expression, isHidden) {
    const right = this.steps.find((step) => step.name === name);
    if (right && right.formula === formula && right.rows === rows) return right;
    const step = new Step(name + this.suffix, axes, rows, cols, formula, expression, isHidden);
    step.right = right;
    step.group = this.group;
    this.steps.push(step);
    return step;
  }

  // Whether the loss depends on it.
  hasGrad(step) {
    return this.logits && step && (step === this.logits || step.uses.length > 0);
  }

  // A tensor that is given, and can be changed.
  givenStep(name, axes, rows = this.given.given[name].length) {
    const known = this.steps.find((step) => step.name === name);
    if (known) return known;
    const matrix = this.given.given[name];
    const number = (row, col) => this.state.edits[`${name}/${row}/${col}`] ?? matrix[row][col];
    const step = new Step(name, axes, rows, matrix[0].length, '', number);
    this.steps.push(Object.assign(step, {isGiven: true, group: this.group}));
    return step;
  }

  // left right, or left right^T, with a bias or without; or its first rows.
  product(name, axes, left, right, {transposed = false, bias, rows = left.rows} = {}) {
    // Rows and columns of right, or of right^T, whose axes and places are those of right, swapped.
    const rowOf = (i) => (transposed ? right.column(i) : right.row(i));
    const columnOf = (col) => (transposed ? right.row(col) : right.column(col));
    const swap = (i, col) => (transposed ? [col, i] : [i, col]);
    const formula =
        `Σᵢ ${left.name}[${axes[0]}, i]·${right.name}[${swap('i', axes[1]).join(', ')}]` +
        (bias ? ` + ${bias.name}[${axes[1]}]` : '');
    const made = this.add(
        name, axes, rows, rowOf(0).length, formula,
        (row, col) => [...dot(left.row(row), columnOf(col)), ...(bias ? [bias.cell(0, col)] : [])]);
    const [token, feature] = left.axes;
    left.use(
        made, (grad) => `Σᵢ ${grad}[${token}, i]·${right.name}[${swap(feature, 'i').join(', ')}]`,
        (grad, row, i) => dot(grad.row(row), rowOf(i)));
    const [inner, outer] = swap(...right.axes);
    right.use(
        made, (grad) => `Σᵢ ${grad}[i, ${outer}]·${left.name}[i, ${inner}]`, (grad, ...place) => {
          const [i, col] = swap(...place);
          return dot(grad.column(col), left.column(i));
        });
    bias?.use(
        made, (grad) => `Σᵢ ${grad}[i, ${axes[1]}]`,
        (grad, _, col) => sumInFours(grad.column(col)));
    return made;
  }

  // Each cell from the cells in the same place of one tensor or two.
  cellwise(name, from, formula, expression, isHidden = from.isHidden) {
    return this.add(
        name, from.axes, from.rows, from.cols, formula,
        (row, col) => expression(from.cell(row, col), row, col), isHidden);
  }

  scale(name, scores, d_k, {hasRoot = true} = {}) {
    const over = (score) => ['over', score, hasRoot ? ['root', d_k] : d_k];
    const formula = (scored) => `${scored}[query, key] / ${hasRoot ? '√' : ''}${d_k}`;
    const made = this.cellwise(name, scores, formula(scores.name), over);
    scores.use(made, formula, (grad, query, key) => over(grad.cell(query, key)));
    return made;
  }

  mask(name, scores, {diagonal = 1, fill = -Infinity, hides = true} = {}) {
    const isLater = (query, key) => key >= query + diagonal;
    const seen = ['key < query', 'key ≤ query', 'key ≤ query + 1'][diagonal];
    const made = this.cellwise(
        name, scores, `${scores.name}[query, key] if ${seen}, otherwise ${numberText(fill)}`,
        (score, query, key) => (isLater(query, key) ? fill : score),
        (query, key) => hides && isLater(query, key));
    scores.use(
        made, (grad) => `${grad}[query, key] if ${seen}, otherwise 0`,
        (grad, query, key) => (isLater(query, key) ? 0 : grad.cell(query, key)));
    return made;
  }

  // Over the keys of each query; over the queries of each key is wrong.
  softmax(name, scores, {overQueries = false} = {}) {
    const line = (query, key) => (overQueries ? scores.column(key) : scores.row(query));
    const at = scores.axes[0] ? `[${scores.axes.join(', ')}]` : '[query, key]';
    const all = overQueries ? 'queries' : scores.axes[1] === 'key' ? 'keys' : scores.axes[1];
    const made = this.cellwise(
        name, scores, `e^(${scores.name}${at} − max) / Σ e^(${scores.name} − max), over all ${all}`,
        (score, query, key) => {
          const cells = line(query, key);
          const max = largest(cells);
          return ['over', ['exp', score, max], ['sum', ...cells.map((cell) => ['exp', cell, max])]];
        });
    scores.use(
        made, (grad) => `${name}${at}·(${grad}${at} − Σ ${name}·${grad}, over all ${all})`,
        (grad, query, key) => {
          const mean = dot(made.row(query), grad.row(query));
          return ['times', made.cell(query, key), ['minus', grad.cell(query, key), mean]];
        });
    return made;
  }

  rowSums(name, weights) {
    return this.add(
        name, [weights.axes[0], ''], weights.rows, 1,
        `Σ ${weights.name}[query, key], over all keys`, (row) => sumInFours(weights.row(row)));
  }
}

// The largest of the cells: the first of equals; NaN is never larger.
const largest = (cells) =>
    cells.reduce((max, cell) => (evaluate(cell) > evaluate(max) ? cell : max), -Infinity);

function numberText(number) {
  if (Number.isNaN(number)) return 'nan';
  if (!Number.isFinite(number)) return number > 0 ? 'inf' : '-inf';
  const size = Math.abs(number);
  if (size !== 0 && (size < 0.00005 || size >= 100000)) return number.toExponential(4);
  const text = number.toFixed(4);
  return f32(Number(text)) === number ? String(Number(text)) : text;
}

// ## Chapter 1

function simplified(flow, {overQueries = false} = {}) {
  const inputs = flow.givenStep('inputs', ['token', 'd_in']);
  flow.group = 'All queries';
  const attn_scores =
      flow.product('attn_scores', ['query', 'key'], inputs, inputs, {transposed: true});
  const attn_weights = flow.softmax('attn_weights', attn_scores, {overQueries});
  flow.rowSums('row_sums', attn_weights);
  flow.product('all_context_vecs', ['token', 'd_in'], attn_weights, inputs);
}

function oneQuery(flow) {
  const inputs = flow.givenStep('inputs', ['token', 'd_in']);
  const {query} = flow;
  const number = query + 1;
  const label = flow.tokens[query];
  flow.group = 'One query';
  const vector = (name, formula, expression) =>
      flow.add(name, ['', 'key'], 1, inputs.rows, formula, (_, key) => expression(key));
  const attn_scores = vector(
      `attn_scores_${number}`, `Σᵢ inputs[key, i]·inputs[${label}, i]`,
      (key) => dot(inputs.row(key), inputs.row(query)));
  const scores = attn_scores.row(0);
  const naive = scores.map((score) => ['exp', score]);
  const plain = vector(
      `attn_weights_${number}_tmp`, `${attn_scores.name}[key] / Σ ${attn_scores.name}`,
      (key) => ['over', scores[key], sumInFours(scores)]);
  flow.rowSums(`sum(attn_weights_${number}_tmp)`, plain);
  vector(
      `attn_weights_${number}_naive`, `e^${attn_scores.name}[key] / Σ e^${attn_scores.name}`,
      (key) => ['over', naive[key], sumInFours(naive)]);
  const softmax = flow.softmax(`attn_weights_${number}_softmax`, attn_scores);
  flow.rowSums(`sum(attn_weights_${number}_softmax)`, softmax);
  const weighted = flow.add(
      'weighted_inputs', ['token', 'd_in'], inputs.rows, inputs.cols,
      `${softmax.name}[token]·inputs[token, d_in]`,
      (token, feature) => ['times', softmax.cell(0, token), inputs.cell(token, feature)]);
  flow.add(
      `context_vec_${number}`, ['', 'd_in'], 1, inputs.cols,
      'Σ weighted_inputs[token, d_in], over all tokens',
      (_, feature) => ['sum', ...weighted.column(feature)]);
}

// ## Chapters 2 to 4

// Queries, keys and values from the three weights of a layer. Those of SelfAttentionV1 are
// d_in x d_out, all others transposed.
function project(flow, layer, prefix = '', inputs = flow.givenStep('inputs', ['token', 'd_in'])) {
  const isV1 = layer === 'sa_v1';
  const width = widthOf(prefix);
  const axes = isV1 ? ['d_in', width] : [width, 'd_in'];
  const names =
      ['query', 'key', 'value'].map((role) => isV1 ? `W_${role}` : `${layer}.W_${role}.weight`);
  flow.group = prefix ? groupOf(prefix) : 'Inputs and weights';
  const weights = names.map((name) => flow.givenStep(name, axes));
  if (!prefix) flow.group = 'Queries, keys and values';
  return ['queries', 'keys', 'values'].map(
      (name, i) =>
          flow.product(prefix + name, ['token', width], inputs, weights[i], {transposed: !isV1}));
}

// The columns of one head, or of all.
const widthOf = (prefix) => prefix ? 'head_dim' : 'd_out';
const groupOf = (prefix) => prefix.replace('head_', 'Head ').replace('.', '');

// From queries, keys and values to context vectors. `wrong` changes one thing.
function attend(flow, [queries, keys, values], isCausal, wrong = {}, prefix = '') {
  const {mask = isCausal, scaling} = flow.state;
  flow.group = prefix ? groupOf(prefix) : 'Scores and weights';
  let scores =
      flow.product(`${prefix}attn_scores`, ['query', 'key'], queries, keys, {transposed: true});
  if (wrong.factor) {
    scores = flow.cellwise(
        `${prefix}large_scores`, scores, `${scores.name}[query, key]·${numberText(wrong.factor)}`,
        (score) => ['times', score, wrong.factor]);
  }
  if (mask && !wrong.masksWeights) scores = flow.mask(`${prefix}masked_scores`, scores, wrong);
  if (scaling && !wrong.isUnscaled) {
    scores = flow.scale(`${prefix}scaled_scores`, scores, wrong.d_k ?? keys.cols, wrong);
  }
  let weights = flow.softmax(`${prefix}attn_weights`, scores);
  if (wrong.masksWeights) weights = flow.mask('masked_weights', weights, {fill: 0});
  if (wrong.drops) weights = dropout(flow, 'dropped_weights', weights);
  return flow.product(`${prefix}context_vecs`, [queries.axes[0], widthOf(prefix)], weights, values);
}

function dropout(flow, name, weights, {isUnscaled = false} = {}) {
  const kept = flow.givenStep('kept', ['query', 'key']);
  const ones = flow.cellwise(
      'dropout_of_ones', kept,
      isUnscaled ? 'kept[query, key]' : 'kept[query, key] / (1 − p), p = 0.5',
      (cell) => (isUnscaled ? cell : ['over', cell, 0.5]));
  const dropped = flow.cellwise(
      name, weights, `${weights.name}[query, key]·${ones.name}[query, key]`,
      (weight, query, key) => ['times', weight, ones.cell(query, key)]);
  dropped.isDropped = (query, key) => ones.value(query, key) === 0;
  weights.use(
      dropped, (grad) => `${grad}[query, key]·${ones.name}[query, key]`,
      (grad, query, key) => ['times', grad.cell(query, key), ones.cell(query, key)]);
  return dropped;
}

function twoMasks(flow, {isUnscaled = false} = {}) {
  const [queries, keys] = project(flow, 'sa_v2');
  flow.group = 'Before masking';
  const attn_scores =
      flow.product('attn_scores', ['query', 'key'], queries, keys, {transposed: true});
  const scaled = flow.scale('scaled_scores', attn_scores, keys.cols);
  const attn_weights = flow.softmax('attn_weights', scaled);
  flow.group = 'First way: mask the weights';
  const isLater = (query, key) => key > query;
  const mask_simple = flow.cellwise(
      'mask_simple', attn_scores, '1 if key ≤ query, otherwise 0',
      (_, query, key) => (isLater(query, key) ? 0 : 1), isLater);
  const masked_simple = flow.cellwise(
      'masked_simple', mask_simple, 'attn_weights[query, key]·mask_simple[query, key]',
      (one, query, key) => ['times', attn_weights.cell(query, key), one]);
  const row_sums = flow.rowSums('row_sums', masked_simple);
  flow.cellwise(
      'masked_simple_norm', masked_simple, 'masked_simple[query, key] / row_sums[query]',
      (weight, query) => ['over', weight, row_sums.cell(query, 0)]);
  flow.group = 'Second way: mask the scores';
  const masked = flow.mask('masked', attn_scores);
  const masked_scaled = flow.scale('masked_scaled', masked, keys.cols);
  const causal = flow.softmax('attn_weights_causal', masked_scaled);
  flow.group = 'Dropout';
  dropout(flow, 'dropout_of_attn_weights', causal, {isUnscaled});
}

// MultiHeadAttentionWrapper: heads with weights of their own.
function headsSideBySide(flow) {
  const heads = range(flow.given.wrapperHeads).map((head) => {
    const prefix = `head_${head}.`;
    return attend(flow, project(flow, `wrapper.heads[${head}]`, prefix), true, {}, prefix);
  });
  flow.group = 'Heads side by side';
  return join(flow, 'context_vecs', heads);
}

function join(flow, name, heads) {
  const width = heads[0].cols;
  const joined = flow.add(
      name, [heads[0].axes[0], 'd_out'], heads[0].rows, heads.length * width,
      heads.map((head) => head.name).join(' | '),
      (row, col) => heads[Math.floor(col / width)].cell(row, col % width));
  heads.forEach(
      (head, i) => head.use(
          joined, (grad) => `${grad}, ${columnsText(i * width, width)}`,
          (grad, token, feature) => grad.cell(token, i * width + feature)));
  return joined;
}

const columnsText = (first, width) =>
    width === 1 ? `column ${first}` : `columns ${first} to ${first + width - 1}`;

// Columns head * head_dim up to (head + 1) * head_dim. Reading the memory in order is wrong.
function split(flow, name, joined, head, head_dim, {reshapes = false} = {}) {
  const {rows, cols} = joined;
  const first = head * head_dim;
  const [start, end] = [first * rows, (first + head_dim) * rows - 1];
  const source = reshapes ? `numbers ${start} to ${end} in memory` : columnsText(first, head_dim);
  const made = flow.add(
      name, [joined.axes[0], 'head_dim'], rows, head_dim, `${joined.name}, ${source}`,
      (token, feature) => {
        const at = reshapes ? start + token * head_dim + feature : token * cols + first + feature;
        return joined.cell(Math.floor(at / cols), at % cols);
      });
  joined.use(
      made, (grad) => (head ? `| ${grad}` : grad),
      (grad, token, col) =>
          first <= col && col < first + head_dim ? grad.cell(token, col - first) : undefined);
  return made;
}

function multiHead(
    flow, wrong = {}, layer = 'mha', projected = project(flow, layer),
    numHeads = flow.state.heads ?? flow.given.heads) {
  flow.group = 'Inputs and weights';
  const weight = flow.givenStep(`${layer}.out_proj.weight`, ['d_out', 'd_out']);
  const bias = flow.givenStep(`${layer}.out_proj.bias`, ['', 'd_out']);
  const head_dim = projected[0].cols / numHeads;
  const heads = range(numHeads).map((head) => {
    const prefix = `head_${head}.`;
    flow.group = groupOf(prefix);
    const [queries, keys, values] =
        projected.map((joined) => split(flow, prefix + joined.name, joined, head, head_dim, wrong));
    const d_k = wrong.usesWidth ? numHeads * head_dim : undefined;
    return attend(flow, [queries, keys, values], !flow.grows, {d_k}, prefix);
  });
  flow.group = 'All heads together';
  const joined = join(flow, 'joined', heads);
  return flow.product(
      'context_vecs', joined.axes, joined, weight, {transposed: !wrong.isUntransposed, bias});
}

// A batch of the sentence twice, run together into one sequence.
function oneSequence(flow) {
  const inputs = flow.givenStep('inputs', ['token', 'd_in']);
  return flow.add(
      'inputs', inputs.axes, 2 * inputs.rows, inputs.cols, 'inputs, twice',
      (token, feature) => inputs.cell(token % inputs.rows, feature));
}

// ## Chapter 7

// One sequence of the task: two answers are read off the last token's context vector.
function recall(flow, layer) {
  const {answers, heads} = flow.given.recall;
  const inputs = flow.givenStep('recall.inputs', ['token', 'd_in']);
  flow.labels.d_in = ['a', 'b', 'c', 'd', '0', '1', '2', '3', '1st', '2nd', '3rd', '4th', '5th'];
  flow.labels.answer = ['asked', 'last'];
  flow.targets = answers;
  const context_vecs = multiHead(flow, {}, layer, project(flow, layer, '', inputs), heads);
  flow.group = 'Answers';
  const last = context_vecs.rows - 1;
  const values = context_vecs.cols / answers.length;
  const logits = flow.add(
      'logits', ['answer', 'value'], answers.length, values,
      'context_vecs of the last token, half for each answer',
      (answer, value) => context_vecs.cell(last, answer * values + value));
  context_vecs.use(
      logits, (grad) => `${grad} in the last row, otherwise 0`,
      (grad, token, col) => token === last ? grad.cell(Math.floor(col / values), col % values) : 0);
  flow.softmax('probabilities', logits);
  return logits;
}

// "Does the next word begin with an s?": 1 is yes.
const nextBeginsWithS = (tokens, classes) =>
    tokens.map((_, token) => (classes > 1 && tokens[token + 1]?.startsWith('s') ? 1 : 0));

// The loss, and then back from it, step by step, to all that led to it. The task counts both answers;
// of a sentence, the loss is the mean over its tokens.
function addGradients(flow, logits) {
  const forward = [...flow.steps];
  const {rows, cols, axes} = logits;
  const at = `[${axes.join(', ')}]`;
  const isMean = !flow.targets;
  const targets = flow.targets ?? nextBeginsWithS(flow.tokens, cols);
  const mean = (expression) => (isMean ? ['over', expression, rows] : expression);
  const overRows = isMean ? ` / ${rows}` : '';
  flow.group = 'Loss';
  flow.add(
      'targets', [axes[0], ''], rows, 1,
      isMean ? '1 if the next token begins with s, otherwise 0' : 'the right values',
      (row) => targets[row]);
  const probabilities = flow.softmax('probabilities', logits);
  const losses = flow.add(
      'losses', [axes[0], ''], rows, 1,
      `ln Σ e^(${logits.name} − max) − (${logits.name}[${axes[0]}, target] − max)`, (row) => {
        const max = largest(logits.row(row));
        const exps = logits.row(row).map((logit) => ['exp', logit, max]);
        return ['minus', ['ln', ['sum', ...exps]], ['minus', logits.cell(row, targets[row]), max]];
      });
  flow.add(
      'loss', ['', ''], 1, 1, `Σ losses[${axes[0]}]${overRows}`,
      () => ['sum', ...range(rows).map((row) => mean(losses.cell(row, 0)))]);
  addGrad(flow, logits, `(probabilities${at}, less 1 at the target)${overRows}`, (row, col) => {
    const probability = probabilities.cell(row, col);
    return mean(col === targets[row] ? ['minus', probability, 1] : probability);
  });
  for (const step of forward.reverse()) {
    const uses = step.uses.filter(({made}) => made.grad);
    if (step.grad || uses.length === 0) continue;
    const formulas = uses.map(({made, formula}) => formula(made.grad.name));
    addGrad(flow, step, formulas.join(' + ').replaceAll('+ |', '|'), (row, col) => {
      const parts = uses.map(({made, part}) => part(made.grad, row, col));
      const those = parts.filter((one) => one !== undefined);
      return those.length === 1 ? those[0] : ['sum', ...those];
    });
  }
}

// A gradient has the shape of what it belongs to, and stands beside it.
function addGrad(flow, step, formula, expression) {
  flow.group = step.group;
  step.grad = flow.add(`${step.name}_grad`, step.axes, step.rows, step.cols, formula, expression);
  step.grad.of = step;
  step.grad.isHidden = (row, col) => step.isHidden(row, col) && step.grad.value(row, col) === 0;
}

// ## Chapter 8

// The newest token alone asks. Of those before it, keys and values are kept.
function tokenByToken(flow) {
  const {query: cached, tokens} = flow;
  flow.state = {...notebookState, edits: flow.state.edits};
  flow.grows = true;
  flow.labels.query = [tokens[cached]];
  const inputs = flow.givenStep('inputs', ['token', 'd_in'], cached + 1);
  const [W_query, W_key, W_value] = ['query', 'key', 'value'].map(
      (role) => flow.givenStep(`mha.W_${role}.weight`, ['d_out', 'd_in']));
  flow.group = 'New token';
  const new_inputs = flow.add(
      'new_inputs', ['query', 'd_in'], 1, inputs.cols, 'the last row of inputs',
      (_, feature) => inputs.cell(cached, feature));
  const project = (name, weight) =>
      flow.product(name, ['query', 'd_out'], new_inputs, weight, {transposed: true});
  const queries = project('queries', W_query);
  const added = [project('new_keys', W_key), project('new_values', W_value)];
  flow.group = 'Cache: kept from earlier tokens';
  const roles = cached === 0 ? [] : [['keys', W_key], ['values', W_value]];
  const kept = roles.map(
      ([name, weight]) => flow.product(
          `cache.${name}`, ['token', 'd_out'], inputs, weight, {transposed: true, rows: cached}));
  flow.group = 'Cache, with the new token';
  const all = ['keys', 'values'].map(
      (name, i) => flow.add(
          name, ['token', 'd_out'], cached + 1, queries.cols,
          cached ? `cache.${name}, and new_${name} below` : `new_${name}`,
          (token, feature) =>
              token < cached ? kept[i].cell(token, feature) : added[i].cell(0, feature)));
  multiHead(flow, {}, 'mha', [queries, ...all]);
}

// ## The views

const unmasked = (flow, wrong) => attend(flow, project(flow, 'sa_v1'), false, wrong);
const masked = (flow, wrong) => attend(flow, project(flow, 'sa_v2'), true, wrong);
const causal = (flow, wrong) => attend(flow, project(flow, 'ca'), true, wrong);

// Each view has a title, a sentence about it, and its steps, perhaps with options.
const views = {
  'nothing-trained': [
    'Nothing trained',
    'Chapter 1: each token takes a share of every token, which grows with their dot product.',
    (flow) => (oneQuery(flow), simplified(flow))
  ],
  'self-attention': [
    'Self-attention', 'SelfAttentionV1 of chapter 2: three matrices make queries, keys and values.',
    unmasked
  ],
  'linear-layers': [
    'Linear layers',
    'SelfAttentionV2 of chapter 2: weights are drawn around zero, and stored transposed.',
    (flow) => attend(flow, project(flow, 'sa_v2'), false)
  ],
  'two-masks': [
    'Two ways to mask',
    'Chapter 3: mask weights and divide by their sum, or mask scores before softmax. Both agree.',
    twoMasks
  ],
  causal: ['Causal', 'CausalAttention of chapter 3: no token looks at a later one.', causal],
  dropout: [
    'With dropout',
    'CausalAttention in training: weights become zero at random, or else twice as large.', causal,
    {drops: true}
  ],
  'heads-side-by-side': [
    'Heads side by side',
    'MultiHeadAttentionWrapper of chapter 4: each head has weights of its own.', headsSideBySide
  ],
  'multi-head': [
    'Multi-head',
    'MultiHeadAttention of chapter 4: one projection, split into heads, joined and projected.',
    multiHead
  ],
  'token-by-token': [
    'Token by token',
    'Chapter 8: the text grows. The new token asks; keys and values of the others are kept.',
    tokenByToken
  ],
};

// Two models that are not of the sentence.
const recallViews = {
  untrained: [
    'Before training', 'The task of chapter 7: which value belongs to d, and which came last?',
    recall, 'untrained'
  ],
  trained: [
    'After training',
    'The same sequence after 60 steps, weights rounded: head 0 looks for the key, head 1 at the last.',
    recall, 'trained'
  ],
};

// The options make the steps wrong.
const mistakes = {
  'softmax-over-columns': [
    'Softmax over the wrong axis', 'Columns sum to one, rows do not.', simplified,
    {overQueries: true}
  ],
  'no-scaling': [
    'No scaling', 'Scores go into softmax as they are, not over the root of d_k.', unmasked,
    {isUnscaled: true}
  ],
  'no-root': [
    'Dividing by d_k without the root', 'Scores become too small, and weights too even.', unmasked,
    {hasRoot: false}
  ],
  untransposed: [
    'Weights not transposed',
    'A layer stores its weight as d_out x d_in. The output projection is square: no shape tells.',
    multiHead, {isUntransposed: true}
  ],
  'not-renormalised': [
    'Masked after softmax, not renormalised',
    'Rows sum to less than one, and later tokens still count in their sums.', masked,
    {masksWeights: true}
  ],
  'mask-too-late': [
    'Mask one off: too late', 'Each token sees the next, which is the one it should predict.',
    masked, {diagonal: 2}
  ],
  'mask-too-early': [
    'Mask one off: too early', 'No token sees itself, and the first sees nothing: 0 / 0 is nan.',
    masked, {diagonal: 0}
  ],
  'large-number': [
    '-1e9 in place of minus infinity',
    'A score may lie lower than the number. Here all are multiplied by -1e10, to show it.',
    (flow, wrong) => masked(flow, {factor: -1e10, ...wrong}), {fill: -1e9}
  ],
  'zero-mask': [
    '0 in place of minus infinity', 'A score of 0 hides nothing: e^0 is 1.', masked,
    {fill: 0, hides: false}
  ],
  'dropout-unscaled': [
    'Dropout without 1 / (1 - p)',
    'Some weights become zero, and the others do not make up for them.', twoMasks,
    {isUnscaled: true}
  ],
  'dropout-left-on': [
    'Dropout left on in evaluation', 'A model that is put to use must drop nothing.', causal,
    {drops: true}
  ],
  'mixed-batch': [
    'A batch that mixes',
    'Two copies of the sentence in one sequence: the second attends to the first.',
    (flow, {isMixed} = {}) =>
        attend(flow, project(flow, 'ca', '', isMixed ? oneSequence(flow) : undefined), true),
    {isMixed: true}
  ],
  'reshaped-heads': [
    'Heads split by reshaping alone',
    'The shape is right, and the cells are not: a transpose is missing.', multiHead,
    {reshapes: true}
  ],
  'scaled-by-d_out': [
    'Scaling by d_out in place of head_dim', 'A key of one head is head_dim long, not d_out.',
    multiHead, {usesWidth: true}
  ],
};

const notebookState = {
  token: 1,
  mask: undefined,
  scaling: true,
  heads: undefined,
  gradients: false,
  edits: {}
};

function headAlone(flow, head) {
  flow.steps =
      flow.steps.filter(({name}) => !/^head_/.test(name) || name.startsWith(`head_${head}.`));
  return flow;
}

const tokensOf = (given, id) => (recallViews[id] ? given.recall : given).tokens;

const hasGradients = (id) =>
    !mistakes[id] && !['nothing-trained', 'two-masks', 'token-by-token'].includes(id);

// All steps of a view. Switches are for what is right; a mistake has its own.
function build(given, id, state) {
  const right = views[id] ?? recallViews[id];
  if (right) {
    const [, , steps, options] = right;
    const flow = new Flow(given, state, tokensOf(given, id));
    const last = steps(flow, options);
    if (hasGradients(id)) flow.logits = last;
    if (state.gradients && flow.logits) addGradients(flow, flow.logits);
    return flow;
  }
  const head = id.match(/^head-(\d+)$/);
  if (head) return headAlone(build(given, 'multi-head', state), Number(head[1]));
  const flow = new Flow(given, {...notebookState, token: state.token, edits: state.edits});
  const [, , steps, wrong] = mistakes[id];
  steps(flow);
  flow.suffix = '_wrong';
  steps(flow, wrong);
  return flow;
}
