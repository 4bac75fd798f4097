// Every word the script shows goes through `_`, so that a translation has one place to take hold.
export const _ = (words, values = {}) => words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
