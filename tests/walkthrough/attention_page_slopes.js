// Runs in the page, whose numbers are double for once: of every number that a view is given, the
// gradient is the slope of the loss.

let compared = 0;
const differ = 0;

function lossOf(id) {
  return build(given, id, state).steps.find(({name}) => name === 'loss').value(0, 0);
}

function compareSlopes(id) {
  flow = build(given, id, state);
  for (const step of flow.steps.filter(({isGiven}) => !isGiven)) {
    for (const cell of step.cells()) checkWrittenSum(id, cell);
  }
  const width = 1e-4;
  for (const {name, grad} of flow.steps.filter((step) => step.isGiven && step.grad)) {
    const edits = (state.edits[name] ??= {});
    for (const row of range(grad.rows)) {
      for (const col of range(grad.cols)) {
        const at = `${row}/${col}`;
        const kept = edits[at];
        const number = kept ?? given.given[name][row][col];
        const [low, high] = [number - width, number + width].map((moved) => {
          edits[at] = moved;
          return lossOf(id);
        });
        if (kept === undefined)
          delete edits[at];
        else
          edits[at] = kept;
        const difference = Math.abs((high - low) / (2 * width) - grad.value(row, col));
        compared += 1;
        if (!(difference <= 1e-7)) wrong.push(`${id}, ${name}/${at}: ${difference}`);
      }
    }
  }
}

for (const changes of ['', 'mask=off&inputs/1/2=2', 'mask=on&scaling=off&heads=1']) {
  state = stateOf(`#causal?gradients=on&${changes}`).state;
  for (const [id] of viewsOf({}).filter(([id]) => hasGradients(id) && !/^head-/.test(id)))
    compareSlopes(id);
}
const result = document.createElement('pre');
result.textContent = `\nseen\n${compared} ${differ}\n${wrong.slice(0, 20).join('\n')}\nend\n`;
document.body.replaceChildren(result);
