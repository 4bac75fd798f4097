// The second file of the write page: panels for what needs the server anyway, fetched when one is first asked
// for. They are plain DOM and are given the desk, so nothing of the first file is in here but `make.js`.
export { copyCaption } from "./page/caption.js";
export { decide } from "./page/conflict.js";
export { exerciseForm } from "./page/exercise.js";
export { showHints } from "./page/hint_list.js";
export { askLater } from "./page/later.js";
export { choosePicture } from "./page/library.js";
export { askToSignIn } from "./page/sign_in.js";
export { mergeField, mergeText } from "./save/merge.js";
