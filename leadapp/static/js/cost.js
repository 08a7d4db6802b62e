// Says below a field what its text will cost while it is written, as texts.py counts it; the server has the last word.
const GSM_7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ -#¤%-?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/;
const ESCAPED = /[\f^{}\\[~\]|€]/;

const segments = (characters, isPlain) => {
  const [alone, joined] = isPlain ? [160, 153] : [70, 67];
  const costs = characters.map((one) => (isPlain ? 1 + ESCAPED.test(one) : one.length));
  if (costs.reduce((sum, cost) => sum + cost, 0) <= alone) return 1;
  let [count, room] = [0, 0];
  for (const cost of costs) {
    if (cost > room) [count, room] = [count + 1, joined];
    room -= cost;
  }
  return count;
};

document.addEventListener("input", ({ target }) => {
  const line = target.form?.querySelector("[data-cost]");
  if (!line || target.name !== "text") return;
  const text = target.value.trim();
  const count = segments([...text], GSM_7.test(text));
  line.textContent = text && (count === 1 ? _("{size} of 1600 characters, 1 segment") : _("{size} of 1600 characters, {count} segments"))
    .replace("{size}", [...text].length)
    .replace("{count}", count);
});
