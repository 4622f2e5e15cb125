import { brokenAnswers } from "./broken-answers.js";
import type { UndeclaredKind } from "./kind.js";
import { roundaboutAnswers } from "./roundabout-answers.js";
import { wholeAnswers } from "./whole-answers.js";

export const undeclaredKinds: readonly UndeclaredKind[] = [
  ...wholeAnswers,
  ...roundaboutAnswers,
  ...brokenAnswers,
];
