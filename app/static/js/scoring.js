// Points while one types: the five rules of domain/scoring.py, exact with BigInt. The server decides;
// a test compares both on the same cases. Points are whole hundredths.

const GROUPED = /^(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d{1,6}))?$/;
const POINTED = /^(\d+)\.(\d{1,6})$/;

const MOST_DIGITS = 15; // larger figures are slips of the key

// Outer blanks off, as the server does it: a byte order mark is no blank.
function trimmed(text) {
  const plain = (text ?? "").normalize("NFC");
  return plain.includes("\ufeff") ? plain : plain.trim();
}

// A decimal as [digits, decimals]: «1.234,5» → [12345n, 1]. null: cannot be read.
export function readAmount(text) {
  const plain = trimmed(text).replace(/(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, ".");
  let found = GROUPED.exec(plain);
  if (found) {
    const part = found[1] ?? "";
    return amount((part ? plain.slice(0, -part.length - 1) : plain).replaceAll(".", ""), part);
  }
  found = POINTED.exec(plain);
  return found ? amount(found[1], found[2]) : null;
}

function amount(whole, part) {
  return whole.replace(/^0+/, "").length > MOST_DIGITS ? null : [BigInt(whole + part), part.length];
}

export function readPoints(text) {
  const found = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(trimmed(text));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

export function readCount(text) {
  const amount = readAmount(text);
  return amount && amount[1] === 0 ? amount[0] : null;
}

// "95", "0.25" from the rule's own data → [numerator, denominator]
function fraction(text) {
  const [whole, part = ""] = String(text).split(".");
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
}

const halfUp = (n, d) => (2n * n + d) / (2n * d);

const grouped = (whole) => String(whole).replace(/\B(?=(\d{3})+$)/g, ".");

// Hundredths as people write them: 950 → «9,5».
export function written(hundredths) {
  if (hundredths === null || hundredths === undefined) return "–";
  const whole = grouped(Math.trunc(hundredths / 100));
  const rest = String(hundredths % 100).padStart(2, "0").replace(/0+$/, "");
  return rest ? `${whole},${rest}` : whole;
}

// n/d in percent with two decimals; never a false 100 %.
export function percent(n, d) {
  const [scaledN, scaledD] = sameScale(n, d);
  if (scaledD === 0n) return "–";
  let steps = halfUp(scaledN * 10000n, scaledD);
  if (steps >= 10000n && scaledN < scaledD) steps = 9999n;
  return `${grouped(steps / 100n)},${String(steps % 100n).padStart(2, "0")}%`;
}

function sameScale([n, nDecimals], [d, dDecimals]) {
  const most = Math.max(nDecimals, dDecimals);
  return [n * 10n ** BigInt(most - nDecimals), d * 10n ** BigInt(most - dDecimals)];
}

export const moreThanAll = (n, d) => {
  const [scaledN, scaledD] = sameScale(n, d);
  return scaledD > 0n && scaledN > scaledD;
};

function ratioPoints(rule, n, d) {
  const [num, den] = sameScale(n, d);
  if (den === 0n) {
    if (num > 0n) return { fault: true };
    return { khong_ap_dung: { dropped: true }, toi_da: { points: rule.max }, khong_diem: { points: 0 } }[rule.zero_den];
  }
  const [fullN, fullD] = fraction(rule.full_at);
  const [zeroN, zeroD] = fraction(rule.zero_below);
  if (num * 100n * fullD >= fullN * den) return { points: rule.max };
  if (num * 100n * zeroD < zeroN * den) return { points: 0 };
  const max = BigInt(rule.max);
  const points =
    rule.between === "theo_100" ? halfUp(max * num, den) : halfUp(max * num * 100n * fullD, den * fullN);
  return { points: Number(points > max ? max : points) };
}

// values: the texts of the inputs by name. → {points} · {dropped} · {empty} · {fault}
export function score(rule, values) {
  switch (rule.kind) {
    case "co_khong":
      return values.yes === undefined ? { empty: true } : { points: values.yes === "1" ? rule.max : 0 };
    case "muc": {
      const level = rule.levels[Number(values.level)];
      return values.level === undefined ? { empty: true } : level ? { points: level.points } : { fault: true };
    }
    case "ty_le": {
      if (!values.numerator?.trim() && !values.denominator?.trim()) return { empty: true };
      const [n, d] = [readAmount(values.numerator), readAmount(values.denominator)];
      if (!values.numerator?.trim() || !values.denominator?.trim()) return { half: true };
      return n && d ? ratioPoints(rule, n, d) : { fault: true };
    }
    case "tru_diem": {
      if (!values.faults?.trim()) return { empty: true };
      const count = readCount(values.faults);
      if (count === null) return { fault: true };
      const [perN, perD] = fraction(rule.per);
      const left = BigInt(rule.max) * perD - perN * 100n * count;
      return { points: left > 0n ? Number(halfUp(left, perD)) : 0 };
    }
    default: {
      if (!values.points?.trim()) return { empty: true };
      const points = readPoints(values.points);
      return points === null || points > rule.max ? { fault: true } : { points };
    }
  }
}
