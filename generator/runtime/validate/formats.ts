// The formats of JSON Schema and OpenAPI that say something checkable; each takes time in proportion to the text.

const daysOf = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2024-02-29` */
export function isDate(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (daysOf[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** `23:59:59.5Z`, `08:00:00+01:00`: a time needs its zone. A leap second is at midnight, UTC. */
export function isTime(text: string): boolean {
  const found = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)(?:z|([+-])(\d\d)(?::?(\d\d))?)$/i.exec(text);
  if (!found) return false;
  const [hour = 0, minute = 0, second = 0] = found.slice(1, 4).map(Number);
  const [zoneHour, zoneMinute] = [Number(found[5] ?? 0), Number(found[6] ?? 0)];
  if (hour > 23 || minute > 59 || second >= 61 || zoneHour > 23 || zoneMinute > 59) return false;
  if (second < 60) return true;
  const offset = (zoneHour * 60 + zoneMinute) * (found[4] === "-" ? -1 : 1);
  return (hour * 60 + minute - offset + 2 * 24 * 60) % (24 * 60) === 24 * 60 - 1;
}

/** A date and a time with `T` or a space between them. */
export function isDateTime(text: string): boolean {
  return /[Tt\s]/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** `P1Y2M3DT4H5M6S`, `P7W` */
export function isDuration(text: string): boolean {
  return /^P(?!$)(?:(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?|(?:\d+W)?)$/.test(
    text,
  );
}

const isLabel = (label: string): boolean =>
  label.length <= 63 && /^[a-z\d-]+$/i.test(label) && !label.startsWith("-") && !label.endsWith("-");

export function isHostname(text: string): boolean {
  const name = text.replace(/\.$/, "");
  return name.length <= 253 && name.split(".").every(isLabel);
}

/** `name@example.com`; no quotes, no comments, and a domain with a dot. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  const labels = text.slice(at + 1).split(".");
  const isAtom = (atom: string): boolean => /^[a-z\d!#$%&'*+/=?^_`{|}~-]+$/i.test(atom);
  const isPart = (label: string): boolean =>
    /^[a-z\d-]+$/i.test(label) && !label.startsWith("-") && !label.endsWith("-");
  return at > 0 && text.slice(0, at).split(".").every(isAtom) && labels.length > 1 && labels.every(isPart);
}

export function isIpv4(text: string): boolean {
  const bytes = text.split(".");
  return bytes.length === 4 && bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256);
}

export function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const isMixed = last?.includes(".") === true && !text.endsWith("::");
  if (isMixed) groups.pop();
  if (isMixed && !isIpv4(last ?? "")) return false;
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  const count = groups.length + (isMixed ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

const uriText = /^(?:[a-z\d\-._~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*$/i;

/** The characters that a URI may have, brackets around an address of IPv6 only, and one `#`. */
export function isUriReference(text: string): boolean {
  if (!uriText.test(text) || text.indexOf("#") !== text.lastIndexOf("#")) return false;
  if (!text.includes("[") && !text.includes("]")) return true; // as most are: there is no more to look at
  const [start = "", authority] = /^(?:[a-z][a-z\d+\-.]*:)?\/\/?([^/?#]*)/i.exec(text) ?? [];
  if (authority === undefined) return !/[[\]]/.test(text);
  const [, address] = /^(?:[^[\]@]*@)?\[([^\]]*)\](?::\d*)?$/.exec(authority) ?? [];
  const rest = text.slice(start.length);
  return address === undefined ? !/[[\]]/.test(authority + rest) : isIpv6(address) && !/[[\]]/.test(rest);
}

/** `https://example.com/a?b#c`, `urn:a:b`: one with its scheme. */
export function isUri(text: string): boolean {
  return /^[a-z][a-z\d+\-.]*:[^?#]/i.test(text) && isUriReference(text);
}

export function isUuid(text: string): boolean {
  return /^(?:urn:uuid:)?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text);
}

export function isJsonPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~0|~1)*)*$/.test(text);
}

export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[a-z\d+/]*={0,2}$/i.test(text);
}

export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

export function isInt64(value: number): boolean {
  return Number.isInteger(value);
}
