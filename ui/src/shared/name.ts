/** A file name in two parts: what may be cut, and the ending that always stays (`.pdf`, ` (2).docx`). */
export function splitName(name: string): { stem: string; ending: string } {
  const ending = /(?: ?\(\d{1,3}\))?\.[\p{L}\p{N}]{1,8}$/u.exec(name)?.[0] ?? "";
  if (ending.length === name.length) return { stem: name, ending: "" };
  return { stem: name.slice(0, name.length - ending.length), ending };
}
