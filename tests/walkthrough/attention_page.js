// Runs in the page, after its own script: asks every cell of every view of each sentence, and leaves
// a line for each. `sentences` are numbers with the changes that an address can hold.

const asked = [];

const operandText = (part) =>
    (part.step ? `${part.step.name}/${part.row}/${part.col}` : String(part));

for (const {numbers, changes} of sentences) {
  given = numbers;
  const {state: changed} = stateOf(`#causal?${changes}`);
  asked.push('sentence');
  const ofTask = given.recall ? Object.keys(recallViews) : [];
  for (const id of [...Object.keys(views), ...ofTask, ...Object.keys(mistakes)]) {
    asked.push(`view\t${id}`);
    for (const step of build(given, id, changed).steps.filter((one) => !one.isGiven)) {
      asked.push(`step\t${step.name}\t${step.rows}\t${step.cols}`);
      for (const row of range(step.rows)) {
        for (const col of range(step.cols)) {
          const {value, parts} = ask(step.cell(row, col));
          const operands = parts.filter((part) => typeof part !== 'string').map(operandText);
          asked.push(
              [value, parts.map(partText).join(''), numberText(value), ...operands].join('\t'));
        }
      }
    }
  }
}

const result = document.createElement('pre');
result.hidden = true;  // laying so much text out takes long
result.textContent = `\nasked\n${asked.join('\n')}\nend\n`;
document.body.replaceChildren(result);
