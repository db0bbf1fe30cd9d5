// Runs in the page, whose numbers are double for once: of every number that a view is given, the
// gradient is the slope of the loss.

// The loss where one number of a tensor that is given is moved.
function lossOf(id, place, number) {
  const edits = {...state.edits, [place]: number};
  return build(given, id, {...state, edits}).steps.find((step) => step.name === 'loss').value(0, 0);
}

function compareSlopes(id) {
  flow = build(given, id, state);
  for (const step of flow.steps.filter(({isGiven}) => !isGiven)) {
    for (const cell of step.cells()) checkWrittenSum(id, cell);
  }
  const width = 1e-4;
  for (const step of flow.steps.filter(({isGiven, grad}) => isGiven && grad)) {
    for (const {row, col} of step.cells()) {
      const place = `${step.name}/${row}/${col}`;
      const [low, high] =
          [-width, width].map((moved) => lossOf(id, place, step.value(row, col) + moved));
      const difference = Math.abs((high - low) / (2 * width) - step.grad.value(row, col));
      compared += 1;
      if (!(difference <= 1e-7)) wrong.push(`${id}, ${place}: ${difference}`);
    }
  }
}

for (const changes of ['', 'mask=off&inputs/1/2=2', 'mask=on&scaling=off&heads=1']) {
  state = stateOf(`#causal?gradients=on&${changes}`).state;
  for (const [id] of viewsOf({}).filter(([id]) => hasGradients(id) && !/^head-/.test(id)))
    compareSlopes(id);
}
report();
