// Runs in the page, after its own script: compares every number of every view of each sentence with
// the library's, and leaves how many there were. `sentences` are numbers, with the changes that an
// address can hold.

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

report();
