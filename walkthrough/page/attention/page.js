// What is seen of the computation, and what can be done with it. The state of the page stands in
// its address: #view/step/row/column?change&change

const $ = (id) => document.getElementById(id);
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const breakable = (text) => escaped(text).replace(/[.·[]/g, '$&<wbr>').replace(/-/g, '\u2011');

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// The fewest digits that tell a float32 from all others.
function shortest(number) {
  const candidates = range(9).map((i) => Number(number.toPrecision(i + 1)));
  return candidates.find((few) => f32(few) === number) ?? number;
}

let given = library;
let state;       // the view, what is changed, and the cell that is asked
let flow;        // the steps of the view
let usual;       // the same, with nothing changed
let trail = [];  // the cells that were asked on the way to this one

// ## The address

const isToken = (axis) => ['token', 'query', 'key'].includes(axis);

function label(axis, index) {
  const labels = flow.labels[axis];
  return labels ? labels[index % labels.length] : String(index);
}

// A token's label where it is one token's alone, and cannot be taken for a number.
function place(axis, index) {
  const text = label(axis, index);
  const labels = flow.labels[axis] ?? [];
  const isAlone = labels.indexOf(text) === labels.lastIndexOf(text);
  const isName = isToken(axis) && isAlone && index < labels.length && !/^\d*$/.test(text);
  return isName ? encodeURIComponent(text) : String(index);
}

function indexOf(axis, text, count, tokens = flow.labels[axis]) {
  const index = isToken(axis) && !/^\d+$/.test(text) ? tokens.indexOf(text) : Number(text);
  return Number.isInteger(index) && 0 <= index && index < count ? index : undefined;
}

function placeOf({step, row, col}) {
  return [encodeURIComponent(step.name), place(step.axes[0], row), place(step.axes[1], col)].join(
      '/');
}

function findCell(text) {
  const [name, rowText, colText] = text.split('/').map(decoded);
  const step = flow.steps.find((one) => one.name === name);
  if (!step || colText === undefined) return undefined;
  const row = indexOf(step.axes[0], rowText, step.rows);
  const col = indexOf(step.axes[1], colText, step.cols);
  return row === undefined || col === undefined ? undefined : step.cell(row, col);
}

// Of the task, the last token answers.
function defaultToken(view) {
  const last = tokensOf(given, view).length - 1;
  return recallViews[view] ? last : Math.min(1, last);
}
const unchanged = (view) => ({...notebookState, token: defaultToken(view), edits: {}});

function address(view, cell) {
  const changes = [];
  const isFollowed = cell && !flow.grows && isRowOf(cell.step, cell.row, state.token);
  const isOther = tokensOf(given, view) !== flow.tokens || state.token === defaultToken(view);
  if (!isOther && !isFollowed) {
    changes.push(`token=${place('token', state.token)}`);
  }
  if (state.mask !== undefined) changes.push(`mask=${state.mask ? 'on' : 'off'}`);
  if (!state.scaling) changes.push('scaling=off');
  if (state.heads) changes.push(`heads=${state.heads}`);
  if (state.gradients && !cell?.step.of) changes.push('gradients=on');
  for (const [edited, number] of Object.entries(state.edits)) {
    changes.push(`${edited.split('/').map(encodeURIComponent).join('/')}=${shortest(number)}`);
  }
  const path = cell ? `${view}/${placeOf(cell)}` : view;
  return `#${path}${changes.length ? `?${changes.join('&')}` : ''}`;
}

// What is not understood is left out.
function stateOf(hash) {
  const [path, changes = ''] = hash.replace(/^#/, '').split('?');
  const [view, ...cell] = path.split('/');
  const result = {...unchanged(), gradients: /_grad$/.test(cell[0])};
  let token;
  for (const change of changes.split('&')) {
    const [key, value = ''] = change.split('=').map(decoded);
    const [name, row, col] = key.split('/');
    if (key === 'token') token = value;
    if (key === 'gradients') result.gradients = value === 'on';
    if (key === 'mask') result.mask = value === 'on';
    if (key === 'scaling') result.scaling = value !== 'off';
    if (key === 'heads' && headCounts().includes(Number(value))) result.heads = Number(value);
    if (given.given[name]?.[row]?.[col] !== undefined && isNumber(value)) {
      result.edits[`${name}/${row}/${col}`] = f32(Number(value));
    }
  }
  result.view = Object.hasOwn(titles(result), view) ? view : 'causal';
  const tokens = tokensOf(given, result.view);
  const index = token ? indexOf('token', token, tokens.length, tokens) : undefined;
  result.token = index ?? defaultToken(result.view);
  return {state: result, cell: cell.join('/')};
}

const isNumber = (text) => text.trim() !== '' && !Number.isNaN(Number(text));

function headCounts() {
  const width = given.given['mha.W_query.weight'].length;
  return range(width + 1).filter((heads) => width % heads === 0);
}

// The views, and after multi-head attention each of its heads.
function viewsOf({heads}) {
  const one = (head) => [`head-${head}`, [`Head ${head}`, `Head ${head} of MultiHeadAttention.`]];
  const ofHeads = range(heads ?? given.heads).map(one);
  const ofTask = given.recall ? Object.entries(recallViews) : [];
  const ofSentence = Object.entries(views).flatMap(
      (view) => (view[0] === 'multi-head' ? [view, ...ofHeads] : [view]));
  return [...ofSentence, ...ofTask];
}

// Title and sentence of each view and each mistake, by its name.
function titles(changes) {
  return Object.fromEntries([...viewsOf(changes), ...Object.entries(mistakes)]);
}

// ## What a cell says

function ask({step, row, col}) {
  const parts = step.isGiven ? [] : written(step.expression(row, col));
  return {value: step.value(row, col), parts, operands: parts.filter((part) => part.step)};
}

const partText = (part) => (typeof part === 'string' ? part : numberText(evaluate(part)));

function title({step, row, col}) {
  const places = [[step.axes[0], row], [step.axes[1], col]].filter(([axis]) => axis);
  return `${step.name}[${places.map(([axis, index]) => label(axis, index)).join(', ')}]`;
}

function isSame(left, right) {
  return left?.step.name === right?.step.name && left?.row === right?.row &&
      left?.col === right?.col;
}

// Whether a number is another than without changes or, in a mistake, than the right one.
function hasMoved({step, row, col}) {
  const other = step.right ?? usual.steps.find(({name}) => name === step.name);
  if (!other || other.cols !== step.cols) return false;
  return !Object.is(other.value(row % other.rows, col), step.value(row, col));
}

// ## Drawing

function tableText(step, value) {
  step.isWhole ??= step.cells().every((cell) => Number.isInteger(evaluate(cell)));
  const text = numberText(value);
  if (/e-/.test(text)) return value.toExponential(1);
  return !step.isWhole && /^-?[\d.]+$/.test(text) ? value.toFixed(4) : text;
}

function cellHtml(step, row, col, largest) {
  const value = step.value(row, col);
  const text = tableText(step, value);
  const isHidden = step.isHidden(row, col);
  const isDropped = !isHidden && step.isDropped?.(row, col);
  const moved = hasMoved({step, row, col});
  const share = value > 0 && Number.isFinite(value) ? Math.min(1, value / largest) : 0;
  const classes = [moved && 'moved'];
  if (isHidden && value <= 0)
    classes.push('hidden');
  else if (isDropped)
    classes.push('dropped');
  else if (step.isHeat)
    classes.push('heat', share > 0.65 && 'dark');
  const notes = [isHidden && 'masked', isDropped && 'dropped', moved && 'moved'].filter(Boolean);
  const said = notes.length ? ` aria-label="${[text, ...notes].join(', ')}"` : '';
  return `<td role="gridcell" tabindex="-1" data-at="${row}/${col}"${said}` +
      ` class="${classes.filter(Boolean).join(' ')}" style="--share:${share.toFixed(2)}">${
             text}</td>`;
}

const plural = (axis) => (axis === 'query' ? 'queries' : isToken(axis) ? `${axis}s` : axis);

function cardHtml(step, largest) {
  const [rowAxis, colAxis] = step.axes;
  const sizes = [[rowAxis, step.rows], [colAxis, step.cols]].filter(([axis]) => axis);
  const shape = sizes.map(([axis, size]) => `${plural(axis)} ${size}`).join(', ');
  const header = (scope, axis, index) =>
      axis ? `<th scope="${scope}">${escaped(label(axis, index))}</th>` : '';
  const rows = range(step.rows).map((row) => {
    const isWay = isRowOf(step, row, state.token);
    const cells = range(step.cols).map((col) => cellHtml(step, row, col, largest));
    return `<tr${isWay ? ' class="way"' : ''}>${header('row', rowAxis, row)}${cells.join('')}</tr>`;
  });
  const headers = range(step.cols).map((col) => header('col', colAxis, col)).join('');
  const formula = step.formula ? `<small>= ${breakable(step.formula)}</small>` : '';
  return `<div class="card"><h3>${breakable(step.name)} <small>[${
             escaped(shape || 'scalar')}]</small>${formula}</h3>` +
      `<table role="grid" data-step="${escaped(step.name)}" aria-label="${
             escaped(`${step.name}, ${shape}`)}">` +
      `<thead><tr>${rowAxis ? '<th></th>' : ''}${headers}</tr></thead>` +
      `<tbody>${rows.join('')}</tbody></table></div>`;
}

// Whether a row is on the way of a token, from its input to its context vector.
function isRowOf(step, row, token) {
  if (flow.grows && step.axes[0] === 'query') return true;
  return ['token', 'query'].includes(step.axes[0]) && row % flow.tokens.length === token;
}

// A wrong step stands beside the right one, on one scale, and a gradient beside what it is of.
function pairHtml(step) {
  const cards = [step, ...flow.steps.filter(({right, of}) => right === step || of === step)];
  const largest = Math.max(1e-30, ...cards.flatMap((one) => one.values).filter(Number.isFinite));
  const html = cards.map((card) => cardHtml(card, largest)).join('');
  return cards.length > 1 ? `<div class="pair">${html}</div>` : html;
}

function sectionHtml(name) {
  const steps = flow.steps.filter(({right, of, group}) => !right && !of && group === name);
  const kind = steps.every(({isGiven}) => isGiven) ? 'cards given' : 'cards';
  const cards = steps.map(pairHtml).join('');
  return `<section><h2>${name}</h2><div class="${kind}">${cards}</div></section>`;
}

function drawFlow() {
  flow = build(given, state.view, state);
  const {token, gradients} = state;
  usual = build(given, state.view, {...unchanged(state.view), token, gradients});
  flow.steps.flatMap((step) => step.cells()).forEach(evaluate);
  const groups = [...new Set(flow.steps.map(({group}) => group))];
  $('flow').innerHTML = groups.map(sectionHtml).join('');
  for (const first of $('flow').querySelectorAll('[data-at="0/0"]')) first.tabIndex = 0;
  const count = $('flow').querySelectorAll('.moved').length;
  const than = mistakes[state.view] ? 'differ from what is right' : 'moved';
  const notes =
      [flow.grows && `${flow.query} in the cache, 1 new`, count > 0 && `${count} numbers ${than}`];
  $('moved').textContent = notes.filter(Boolean).join('; ');
}

function elementOf({step, row, col}) {
  return $('flow').querySelector(
      `table[data-step="${CSS.escape(step.name)}"] td[data-at="${row}/${col}"]`);
}

// The cell that is asked, and its operands where they stand.
function light() {
  for (const cell of $('flow').querySelectorAll('.lit, .asked')) {
    cell.classList.remove('lit', 'asked');
    cell.removeAttribute('aria-current');
  }
  const element = state.cell && elementOf(state.cell);
  if (!element) return;
  for (const operand of ask(state.cell).operands) elementOf(operand)?.classList.add('lit');
  element.classList.add('asked');
  element.setAttribute('aria-current', 'true');
  stopAt(element);
}

// Tab enters each table at one cell.
function stopAt(element) {
  element.closest('table').querySelector('td[tabindex="0"]').tabIndex = -1;
  element.tabIndex = 0;
}

// What is written, with a button for each operand. A line ends between terms, not within.
function writtenHtml(parts) {
  let index = 0;
  const html = parts.map((part) => {
    const text = partText(part);
    if (!part.step) return [' + ', ' / '].includes(part) ? `</span>${part}<span>` : text;
    const name = escaped(title(part));
    return `<button data-operand="${index++}" title="${name}" aria-label="${text}, ${name}">${
        text}</button>`;
  });
  return `<span>${html.join('')}</span>`;
}

function drawAnswer() {
  const {cell} = state;
  if (!cell) {
    $('answer').innerHTML =
        '<p>Choose a number, with the mouse, a finger, or the arrow keys and Enter.</p>';
    return;
  }
  const {value, parts} = ask(cell);
  const text = numberText(value);
  const isExact = Object.is(f32(Number(text)), value) || !Number.isFinite(value);
  const exact = isExact ? '' : `<small>${shortest(value)}</small>`;
  const origin = cell.step.isGiven ?
      `<p><label>Change it <input id="edit" inputmode="decimal" autocomplete="off" value="${
          shortest(value)}" aria-describedby="unread"></label></p><p id="unread"></p>` :
      `<p class="formula">${breakable(cell.step.name)} = ${breakable(cell.step.formula)}</p>` +
          `<p class="written">${writtenHtml(parts)} <span>= ${text}</span></p>`;
  const {of} = cell.step;
  const slope = of ? `<p>If ${breakable(title({...cell, step: of}))} moves by a little, the loss ` +
          `moves by ${text} times as much.</p>` :
                     '';
  const back = trail.length ?
      `<button class="plain" data-back>Back to ${escaped(title(trail.at(-1)))} (Esc)</button>` :
      '';
  const other = of ? 'Its value' : flow.hasGrad(cell.step) && 'Its gradient';
  const gradient = other ? `<button class="plain" data-gradient>${other} (g)</button> ` : '';
  const head = `<h2>${escaped(title(cell))}</h2><p class="value">${text} ${exact}</p>`;
  $('answer').innerHTML = head + slope + origin + gradient + back;
}

function drawControls() {
  const option = (value, text, isChosen) =>
      `<option value="${escaped(value)}"${isChosen ? ' selected' : ''}>${escaped(text)}</option>`;
  const link = ([id, [name]]) => `<a href="${escaped(address(id))}"${
      id === state.view ? ' aria-current="page"' : ''}>${name}</a>`;
  const errors =
      Object.entries(mistakes).map(([id, [name]]) => option(id, name, id === state.view));
  $('views').innerHTML = `${viewsOf(state).map(link).join('')}<select id="mistakes"` +
      ` aria-label="Common mistakes">${option('', 'Common mistakes …')}${errors.join('')}</select>`;
  $('about').textContent = titles(state)[state.view][1];
  const next = flow.grows && flow.tokens[state.token + 1];
  $('next').textContent = `${next ? `Add “${next}”` : 'Begin again'} (n)`;
  $('next').hidden = !flow.grows;
  $('following').textContent = flow.grows ? 'New token' : 'Follow';

  const canSwitch = hasGradients(state.view);
  const isMasked = state.mask ?? !['self-attention', 'linear-layers'].includes(state.view);
  $('token').innerHTML =
      flow.tokens.map((token, i) => option(i, token, i === state.token)).join('');
  $('mask').checked = isMasked;
  $('scaling').checked = state.scaling;
  $('gradients').checked = state.gradients;
  $('heads').innerHTML =
      headCounts()
          .map((count) => option(count, count, count === (state.heads ?? given.heads)))
          .join('');
  for (const id of ['mask', 'scaling', 'gradients']) $(id).closest('label').hidden = !canSwitch;
  $('heads').closest('label').hidden = !/^(multi-head|head-)/.test(state.view);
}

// ## What can be done

function show({keepsAnswer = false} = {}) {
  if (!titles(state)[state.view]) state.view = 'multi-head';
  drawFlow();
  trail = trail.filter(isThere);
  if (state.cell) state.cell = findCell(placeOf(state.cell));
  if (!keepsAnswer) {
    drawControls();
    drawAnswer();
  }
  light();
  history.replaceState(null, '', address(state.view, state.cell));
}

// Whether a cell is shown still, or is once gradients are.
function isThere({step, row, col}) {
  return Boolean(elementOf({step: step.of ?? step, row, col}));
}

// Asks a cell. A row of another token is followed; a cell of another head is shown with all heads.
function choose(cell) {
  if (state.cell && !isSame(state.cell, cell)) trail.push(state.cell);
  state.cell = cell;
  follow(cell);
  if (!elementOf(cell) && /^head-/.test(state.view)) state.view = 'multi-head';
  show();
}

function follow({step, row}) {
  const token = row % flow.tokens.length;
  if (step.group !== 'One query' && !flow.grows && isRowOf(step, row, token)) state.token = token;
}

function goBack() {
  if (trail.length === 0) return;
  const cell = trail.pop();
  state.gradients ||= Boolean(cell.step.of);
  drawFlow();
  state.cell = undefined;
  choose(cell);
  if (state.cell) elementOf(state.cell).focus();
}

// From a number to its gradient, and back.
function crossOver() {
  const {step, row, col} = state.cell ?? {};
  if (!step?.of && !flow.hasGrad(step)) return;
  state.gradients = true;
  drawFlow();
  const name = step.of?.name ?? `${step.name}_grad`;
  choose(flow.steps.find((one) => one.name === name).cell(row, col));
  elementOf(state.cell).focus();
}

// The text grows by a token, and begins again after the last. The way back may lead to cells that are
// not there.
function grow() {
  state.token = (state.token + 1) % flow.tokens.length;
  trail = [];
  show();
  if (state.cell) elementOf(state.cell).focus();
}

function reset() {
  const {token, gradients} = state;
  Object.assign(state, unchanged(state.view), {token, gradients});
  show();
}

function edit(text) {
  const typed = text.replace(',', '.').replace('−', '-');
  const {step, row, col} = state.cell;
  const number = f32(Number(typed));
  const isTooLarge = !Number.isFinite(number) && !typed.includes('Infinity');
  const why = !isNumber(typed) ? 'not a number' : isTooLarge && 'beyond the largest float';
  $('unread').textContent = why ? `${why}: ${shortest(step.value(row, col))} stays` : '';
  $('edit').setAttribute('aria-invalid', Boolean(why));
  if (why) return;
  const edited = `${step.name}/${row}/${col}`;
  state.edits[edited] = number;
  if (f32(given.given[step.name][row][col]) === number) delete state.edits[edited];
  show({keepsAnswer: true});
  $('answer').querySelector('.value').textContent = numberText(number);
}

function cellOf(element) {
  const [row, col] = element.dataset.at.split('/').map(Number);
  const name = element.closest('table').dataset.step;
  return flow.steps.find((step) => step.name === name).cell(row, col);
}

const arrows = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1]
};

function move(element, [down, right]) {
  const {row, col} = cellOf(element);
  const next = element.closest('table').querySelector(`td[data-at="${row + down}/${col + right}"]`);
  if (!next) return;
  stopAt(next);
  next.focus();
}

function enter(element) {
  const isAgain = isSame(state.cell, cellOf(element));
  choose(cellOf(element));
  if (isAgain || state.cell.step.isGiven)
    focusAnswer();
  else
    elementOf(state.cell).focus();
}

function focusAnswer() {
  $('answer').querySelector('input, .written button, .plain')?.focus();
}

function onKey(event) {
  const {key, target} = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isEdit = target.id === 'edit';
  const isCell = target.dataset?.at !== undefined;
  const letters = {r: reset, g: crossOver, n: flow.grows && grow};
  let act = target.tagName !== 'SELECT' && letters[key];
  if (key === 'Escape' || (key === 'Backspace' && !isEdit)) act = goBack;
  if (isCell && arrows[key]) act = () => move(target, arrows[key]);
  if (isCell && (key === 'Enter' || key === ' ')) act = () => enter(target);
  if (isEdit && key === 'Enter') act = () => elementOf(state.cell).focus();
  if (!act) return;
  act();
  event.preventDefault();
}

function start() {
  const read = stateOf(location.hash);
  state = read.state;
  trail = [];
  drawFlow();
  state.cell = read.cell ? findCell(read.cell) : undefined;
  if (state.cell && !location.hash.includes('token=')) follow(state.cell);
  show();
  if (state.cell) elementOf(state.cell).scrollIntoView({block: 'center', inline: 'nearest'});
}

// How many numbers of all views are the library's to the last bit. A browser's exponential may
// round otherwise.
function compare(numbers) {
  let equal = 0;
  let count = 0;
  for (const [id, steps] of Object.entries(numbers.views)) {
    for (const step of build(numbers, id, unchanged(id)).steps) {
      const computed = numbers.computed[steps[step.name]] ?? [];
      if (step.isGiven || computed.length === 0) continue;
      step.cells().forEach((cell, i) => {
        count += 1;
        equal += Object.is(f32(computed[i]), evaluate(cell));
      });
    }
  }
  return {equal, count};
}

$('flow').addEventListener('click', ({target}) => {
  const element = target.closest('td');
  if (!element) return;
  choose(cellOf(element));
  elementOf(state.cell).focus();
});
$('answer').addEventListener('click', ({target}) => {
  if (target.dataset.back !== undefined) return goBack();
  if (target.dataset.gradient !== undefined) return crossOver();
  if (target.dataset.operand === undefined) return;
  choose(ask(state.cell).operands[target.dataset.operand]);
  elementOf(state.cell).scrollIntoView({block: 'nearest', inline: 'nearest'});
  focusAnswer();
});
$('answer').addEventListener('input', ({target}) => edit(target.value));
document.addEventListener('keydown', onKey);
document.addEventListener('change', ({target}) => {
  if (target.id === 'mistakes' && target.value) location.hash = address(target.value);
  if (!['token', 'mask', 'scaling', 'gradients', 'heads'].includes(target.id)) return;
  state[target.id] = target.type === 'checkbox' ? target.checked : Number(target.value);
  if (flow.grows) trail = [];
  show();
});
$('switches').addEventListener('submit', (event) => event.preventDefault());
$('reset').addEventListener('click', reset);
$('next').addEventListener('click', grow);
addEventListener('hashchange', start);

$('switches').hidden = false;
start();
const {equal, count} = compare(library);
$('checked').textContent =
    `${count.toLocaleString('en')} numbers were computed twice, by the ` +
    `library and by this page: ${
        equal === count ? 'all' : equal.toLocaleString('en')} are equal to the last bit.`;
