export { type FileInbox, fileInbox } from "./inbox-file.js";
export { fileState } from "./state-file.js";
