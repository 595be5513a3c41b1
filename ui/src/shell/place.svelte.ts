// Where one is.

export type PlaceName = "search" | "queue" | "folders";

export class Place {
  now = $state<PlaceName>("search");

  go(place: PlaceName) {
    this.now = place;
  }
}
