// What the scripts of this folder that compare numbers in the page share: of a cell, the written-out
// sum, worked out, is the number, and each operand in it is written as it is rounded.

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

// But for the last digits of a sum of float32. Double goes on where float32 is infinite.
const isSum = (sum, value) =>
    !Number.isFinite(value) || Math.abs(sum - value) <= 1e-5 * Math.max(1, Math.abs(value));

function checkWrittenSum(id, cell) {
  const {value, parts} = ask(cell);
  const sum = workedOut(parts);
  if (!isSum(sum, value)) wrong.push(`${id}: ${title(cell)} is written as ${sum}, not ${value}`);
  for (const part of parts.filter((one) => typeof one !== 'string')) {
    const [text, exact] = [partText(part), evaluate(part)];
    const isRounded = Math.abs(Number(text) - exact) <= 0.00005 + 0.00006 * Math.abs(exact);
    if (Number.isFinite(exact) && !isRounded)
      wrong.push(`${id}: an operand of ${title(cell)} is written as ${text}, not ${exact}`);
  }
}

// Takes the place of the page: how many numbers were compared, how many differ, and what is wrong.
function report() {
  const result = document.createElement('pre');
  result.textContent = `\nseen\n${compared} ${differ}\n${wrong.slice(0, 20).join('\n')}\nend\n`;
  document.body.replaceChildren(result);
}
