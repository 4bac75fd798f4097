// Line icons of 24 by 24, drawn for this editor.
const PATHS = {
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zm0 7h7a3.5 3.5 0 0 1 0 7H7z",
  italic: "M10 5h8M6 19h8M14 5l-4 14",
  h2: "M4 6v12M12 6v12M4 12h8M16 10a2.3 2.3 0 1 1 4 1.6L16 18h4.6",
  h3: "M4 6v12M12 6v12M4 12h8M16 9a2 2 0 1 1 2.4 3.2A2.4 2.4 0 1 1 16 16.6",
  bullets: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  numbers: "M10 6h10M10 12h10M10 18h10M4 5l1.4-1v5M3.8 14.6a1.3 1.3 0 1 1 2.3 1L3.8 19h2.6",
  quote: "M9.5 7C6.500 8 5 10 5 13.500V17h4.500v-4.500H7M18.500 7c-3 1-4.500 3-4.500 6.500V17h4.500v-4.500H16",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1.200 1.200M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1.200-1.200",
  picture: "M4 6.500A1.500 1.500 0 0 1 5.500 5h13A1.500 1.500 0 0 1 20 6.500v11a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 17.500zM4 16l4.500-4.500L13 16l2.500-2.500L20 17.500M15.500 9.500h.01",
  add: "M12 5v14M5 12h14",
  undo: "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-4",
  redo: "m16 5 4 4-4 4M20 9H10a5.500 5.500 0 0 0 0 11h4",
  close: "M6 6l12 12M18 6 6 18",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
