// Names by which the search field points into the list.

import type { Spot } from "./hits";

export const LIST_ID = "search-results";
export const optionId = (spot: Spot) => `hit-${spot.document}-${spot.page}`;
export const groupId = (document: number) => `hits-${document}`;
