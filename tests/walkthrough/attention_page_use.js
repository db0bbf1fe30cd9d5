// Runs in the page: uses it as a reader does, and says what is seen that was not before. Then the page
// stands in frames of several widths, and they say where it is wider than they are.

const seen = [];
const measured = [];
const atWidths = [];

const seenNow = () => {
  const lit = [...document.querySelectorAll('.lit')].map((cell) => cell.textContent).join(' ');
  const texts =
      [...$('answer').querySelectorAll('h2, .value, .formula, .written, #unread:not(:empty)')];
  const moved = $('moved').textContent || 'nothing moved';
  const followed = document.querySelector('.way th').textContent;
  return [
    location.hash, `follows ${followed}`, ...texts.map((one) => one.textContent.trim()),
    `lit ${lit}`.trim(), moved
  ];
};
let before = [];
const say = (what) => {
  const now = seenNow();
  seen.push([`${what}:`, ...now.filter((line) => !before.includes(line))].join('\n  '));
  before = now;
};
const press = (...keys) => {
  for (const key of keys) {
    document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  }
};
const goTo = (hash) => {
  history.replaceState(null, '', hash);
  start();
};
const switchTo = (id, value) => {
  $(id).value = value;
  $(id).dispatchEvent(new Event('change', {bubbles: true}));
};
const type = (text) => {
  $('edit').value = text;
  $('edit').dispatchEvent(new Event('input', {bubbles: true}));
};

function useByKeys() {
  goTo('#causal');
  document.querySelector('[data-step=attn_scores] td').focus();
  press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp');
  press('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Enter');
  say('arrows and Enter');
  press('Enter');
  document.activeElement.click();
  say('its first operand');
  document.activeElement.click();
  say('the input below it');
  type('0,5');
  say('changed');
  press('Escape', 'Escape');
  say('twice back');
  press('r');
  say('as before');
  press('g');
  say('its gradient');
  press('Enter');
  document.activeElement.click();
  say('what that is made of');
  press('Escape', 'Escape');
  say('back at the value');
  goTo('#causal/losses/your/0?gradients=on');
  say('a loss');
}

function growByKeys() {
  goTo('#token-by-token/head_1.attn_weights/0/0?token=one');
  document.querySelector('.asked').focus();
  press('n');
  say('a token more');
  goTo('#token-by-token/keys/step/0?token=step');
  document.querySelector('.asked').focus();
  press('Enter');
  document.activeElement.click();
  press('n', 'Escape');
  say('from the start');
}

function useByMouse() {
  goTo('#mask-too-late');
  document.querySelector('[data-step=attn_weights_wrong] [data-at="0/1"]').click();
  say('a mistake');
  goTo('#multi-head');
  switchTo('heads', '1');
  switchTo('token', '3');
  $('mask').click();
  $('scaling').click();
  say('switched');
  $('reset').click();
  say('reset');
}

function askWhatIsNotThere() {
  goTo('#head-1/head_1.attn_weights/2/1');
  switchTo('heads', '1');
  say('a head that is no more');
  goTo('#causal/attn_weights/starts/your');
  for (const _ of range(2)) document.querySelector('.written button').click();
  $('scaling').click();
  press('Escape');
  say('back over a step that is no more');
  goTo('#constructor');
  say('no view');
}

function typeAwry() {
  goTo('#causal/inputs/your/0');
  say('an input');
  for (const text of ['0.4.3', '3.5e38', '1e400', '', '0.5']) {
    type(text);
    say(`typed ${text || 'nothing'}${$('edit').matches('[aria-invalid=true]') ? ', invalid' : ''}`);
  }
}

function followLinks() {
  for (const link of links) {
    goTo(link);
    const isFound = decodeURIComponent(location.hash) === decodeURIComponent(link);
    if (!isFound) seen.push(`a link leads nowhere: ${link}`);
  }
}

// The colour of a text's ground: translucent colours lie over those around them.
function rgba(text) {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
  return [red, green, blue, alpha];
}

function groundOf(element) {
  if (!element) return [255, 255, 255, 1];
  const [red, green, blue, alpha] = rgba(getComputedStyle(element).backgroundColor);
  if (alpha === 1) return [red, green, blue, 1];
  const below = groundOf(element.parentElement);
  return [red, green, blue].map((part, i) => alpha * part + (1 - alpha) * below[i]);
}

function luminance(colour) {
  const parts =
      colour.slice(0, 3)
          .map((part) => part / 255)
          .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

function contrast(element) {
  const [low, high] = [
    rgba(getComputedStyle(element).color), groundOf(element)
  ].map(luminance).sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

const unnamed = [];

function leastContrast() {
  let least = 21;
  for (const hash
           of ['nothing-trained?inputs/0/0=3', 'dropout', 'token-by-token', 'mask-too-late',
               'multi-head?inputs/0/0=3&gradients=on', 'trained']) {
    goTo(`#${hash}`);
    document.querySelector('td').click();
    for (const element of document.body.querySelectorAll('*')) {
      const hasText =
          [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const isSeen =
          element.checkVisibility() && !element.matches('.hidden, .dropped, option, script');
      const isControl = isSeen && element.matches('a, button, input, select, table, .asked');
      if (isControl && !element.computedName) unnamed.push(element.outerHTML);
      if (hasText && isSeen) least = Math.min(least, contrast(element));
    }
  }
  return least;
}

// Called when a frame has loaded: before the page has.
function measure(frame) {
  const inner = frame.contentWindow;
  for (const id of Object.keys(titles({}))) {
    inner.history.replaceState(null, '', `#${id}?gradients=on`);
    inner.start();
    inner.document.querySelector('td').click();
    const {scrollWidth, clientWidth} = inner.document.documentElement;
    if (scrollWidth > clientWidth) measured.push(`${id} is ${scrollWidth} wide in ${clientWidth}`);
  }
  atWidths.push(inner.innerWidth);
}

if (parent === window) {
  useByKeys();
  growByKeys();
  useByMouse();
  askWhatIsNotThere();
  typeAwry();
  followLinks();
  const least = leastContrast();
  seen.push(unnamed.length ? `without a name: ${unnamed}` : 'all controls have names');
  seen.push(least >= 4.5 ? 'contrast is enough' : `least contrast: ${least}`);
  const result = document.createElement('pre');
  document.body.replaceChildren(result);
  for (const width of widths) {
    const frame = document.createElement('iframe');
    Object.assign(frame, {width, src: location.pathname});
    frame.style.border = 0;
    frame.onload = () => {
      measure(frame);
      const at = `measured at ${atWidths.sort((a, b) => a - b).join(', ')}`;
      result.textContent = `\nseen\n${[...seen, ...measured, at].join('\n')}\nend\n`;
    };
    document.body.append(frame);
  }
}
