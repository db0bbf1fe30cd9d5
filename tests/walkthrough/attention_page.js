// Runs in the page, after its own script: compares every number of every view of each sentence with
// the library's, and leaves how many there were. `sentences` are numbers, with the changes that an
// address can hold.

let compared = 0;
let differ = 0;
const wrong = [];

// The written-out sum as JavaScript, each number in it as it is, not as it is rounded.
function workedOut(parts) {
  const text =
      parts.map((part) => (typeof part === 'string' ? part : `(${evaluate(part)})`)).join('');
  const operators = {'·': '*', '−': '-', '√': 'Math.sqrt', 'e^': 'Math.exp', 'ln': 'Math.log'};
  return eval(text.replace(/·|−|√|e\^|ln/g, (sign) => operators[sign]));
}

// Of a sum of a dozen float32, the last digits; of a number that is no number, nothing.
const areNear = (left, right) => !(Math.abs(left - right) > 1e-5 * Math.max(1, Math.abs(right)));

function checkWrittenSum(id, cell) {
  const {value, parts} = ask(cell);
  const sum = workedOut(parts);
  if (!areNear(sum, value)) wrong.push(`${id}: ${title(cell)} is written as ${sum}, not ${value}`);
  for (const part of parts.filter((one) => typeof one !== 'string')) {
    const [text, exact] = [partText(part), evaluate(part)];
    const isRounded = Math.abs(Number(text) - exact) <= 0.00005 + 0.00006 * Math.abs(exact);
    if (Number.isFinite(exact) && !isRounded)
      wrong.push(`${id}: an operand of ${title(cell)} is written as ${text}, not ${exact}`);
  }
}

function compareStep(id, step, expected) {
  for (const [i, cell] of step.cells().entries()) {
    const [value, right] = [evaluate(cell), f32(expected[i])];
    compared += 1;
    checkWrittenSum(id, cell);
    if (value === right || Object.is(value, right)) continue;
    differ += 1;
    const isNear = Math.abs(value - right) <= 1e-6 * Math.max(1, Math.abs(right));
    if (!isNear) wrong.push(`${id}: ${title(cell)} is ${value}, not ${right}`);
  }
}

function compareView(numbers, id) {
  const expected = numbers.views[id];
  flow = build(numbers, id, state);
  for (const step of flow.steps.filter(({isGiven}) => !isGiven)) {
    const list = numbers.computed[expected[step.name]];
    if (list?.length === step.rows * step.cols)
      compareStep(id, step, list);
    else if (list || !state.gradients)
      wrong.push(`${id}: ${step.name} is none of the library's`);
    delete expected[step.name];
  }
  wrong.push(...Object.keys(expected).map((name) => `${id}: ${name} is not shown`));
}

for (const {numbers, changes} of sentences) {
  given = numbers;
  state = stateOf(`#causal?${changes}`).state;
  for (const id of Object.keys(numbers.views)) compareView(numbers, id);
}

const result = document.createElement('pre');
result.textContent = `\nseen\n${compared} ${differ}\n${wrong.slice(0, 20).join('\n')}\nend\n`;
document.body.replaceChildren(result);
