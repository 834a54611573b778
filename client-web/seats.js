// The seats that this tab holds: a token a room, in the tab's own storage, so that a reload comes back to its seat
// and a second tab gets one of its own. Never in an address. Tabs that share a seat, as a duplicated one does with
// its original, tell each other the newest token.

/** @typedef {{token: string, person: number, name: string}} Seat */

/** @param {string} room */
function keyOf(room) {
  return `tickbox.seat.${room || "general"}`;
}

export class Seats {
  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined} storage
   * @param {{postMessage: (message: any) => void, onmessage: ((event: any) => void) | null} | undefined} tabs
   */
  constructor(storage, tabs) {
    this.storage = storage;
    this.tabs = tabs;
    if (tabs) tabs.onmessage = ({ data }) => this.hear(data);
  }

  /** @param {string} room @returns {Seat | undefined} */
  find(room) {
    try {
      return JSON.parse(this.storage?.getItem(keyOf(room)) ?? "null") ?? undefined;
    } catch {
      return undefined; // storage may be switched off
    }
  }

  /** @param {string} room @param {Seat} seat */
  keep(room, seat) {
    this.store(room, seat);
    this.tabs?.postMessage({ room, seat });
  }

  /** @param {string} room */
  forget(room) {
    try {
      this.storage?.removeItem(keyOf(room));
    } catch {
      // then there is nothing to forget
    }
  }

  /** @param {string} room @param {Seat} seat */
  store(room, seat) {
    try {
      this.storage?.setItem(keyOf(room), JSON.stringify(seat));
    } catch {
      // then a reload gets a new seat
    }
  }

  /** Another tab came to a seat: if it is ours too, its token is now the one. @param {{room: string, seat: Seat}} told */
  hear({ room, seat }) {
    if (this.find(room)?.person === seat.person) this.store(room, seat);
  }
}

/** The seats of this tab. */
export function browserSeats() {
  try {
    return new Seats(sessionStorage, new BroadcastChannel("tickbox"));
  } catch {
    return new Seats(undefined, undefined);
  }
}
