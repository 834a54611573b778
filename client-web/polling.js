// A connection without a WebSocket: long polling over plain HTTP, with the shape of a WebSocket. What it sends and
// gives are messages as objects. Twin of server/poll.h, which draws the requests.
//
// No message is lost or doubled when a request or its answer is: a batch that failed is sent again under its number,
// and what was heard is asked for again after the last batch that came whole.

/**
 * The outside.
 * @typedef {object} Doors
 * @property {(url: string, options: RequestInit) => Promise<Response>} fetch
 * @property {(call: () => void, ms: number) => any} setTimeout
 */

/** ms to wait before each new try of a request that got no answer; after the last one the connection is lost. */
const RETRIES = [100, 250, 500, 1000, 2000, 4000];

/** Longer than the server lets a question wait. */
const ANSWER_MS = 30000;

/** Of one batch: the server takes 64 messages and 8192 bytes. */
const BATCH_MESSAGES = 32;
const BATCH_CHARACTERS = 2000;

/** Statuses of proxies that had no answer from the server, and of a server short of memory. */
const WORTH_A_RETRY = [408, 429, 502, 503, 504];

export class PollingSocket {
  /** @param {string} origin @param {Doors} [doors] */
  constructor(origin, doors = browserDoors) {
    this.origin = origin;
    this.doors = doors;
    this.binaryType = "";
    /** @type {((event: any) => void) | null} */
    this.onopen = null;
    /** @type {((event: any) => void) | null} */
    this.onmessage = null;
    /** @type {((event: any) => void) | null} */
    this.onclose = null;
    this.session = "";
    /** @type {object[]} */
    this.queue = [];
    this.sending = false;
    this.batch = 0;
    this.closed = false;
    this.asking = new AbortController();
    doors.setTimeout(() => this.closed || this.onopen?.({}), 0);
  }

  /** Sends a message; the first one must be hello. @param {object} message */
  send(message) {
    if (this.closed) return;
    this.queue.push(message);
    this.pump();
  }

  /** Asks no more, but still sends what was given to it. */
  close() {
    this.closed = true;
    this.asking.abort();
  }

  /** Sends what is queued, one request after another. */
  async pump() {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.queue.length > 0) {
        if (this.session) await this.sendBatch();
        else await this.join();
      }
    } catch (problem) {
      this.lose(problem);
    }
    this.sending = false;
  }

  async join() {
    const { session } = await this.request("join", "POST", {}, JSON.stringify(this.queue[0]));
    if (typeof session !== "string") throw new Error("no session");
    this.queue.shift();
    this.session = session;
    if (!this.closed) this.ask();
  }

  async sendBatch() {
    const messages = [];
    for (let size = 0; this.queue.length > 0 && messages.length < BATCH_MESSAGES; ) {
      size += JSON.stringify(this.queue[0]).length;
      if (messages.length > 0 && size > BATCH_CHARACTERS) break;
      messages.push(this.queue.shift());
    }
    this.batch++;
    await this.request("send", "POST", {}, JSON.stringify({ batch: this.batch, messages }));
  }

  /** Asks for news until the end. */
  async ask() {
    let after = 0;
    try {
      while (!this.closed) {
        const news = await this.request("messages", "GET", { "Tickbox-After": String(after) });
        if (news.batch === after) continue;
        after = news.batch;
        for (const data of news.messages) if (!this.closed) this.onmessage?.({ data });
      }
    } catch (problem) {
      this.lose(problem);
    }
  }

  /**
   * The answer's JSON. Tries again while nobody answers; throws what the server refused.
   * @param {string} what @param {string} method @param {Record<string, string>} headers @param {string} [body]
   * @returns {Promise<any>}
   */
  async request(what, method, headers, body) {
    if (this.session) headers.Authorization = `Bearer ${this.session}`;
    if (body) headers["Content-Type"] = "application/json";
    for (const wait of [...RETRIES, -1]) {
      const answer = await this.try(what, { method, headers, body, cache: "no-store", credentials: "omit" });
      if (answer) return answer;
      if (wait < 0 || this.closed) break;
      await new Promise((resolve) => this.doors.setTimeout(() => resolve(0), wait));
    }
    throw new Error(`${what}: no answer`);
  }

  /** The answer's JSON; undefined if none came whole. @param {string} what @param {RequestInit} options */
  async try(what, options) {
    const control = new AbortController();
    AbortSignal.timeout(ANSWER_MS).onabort = () => control.abort();
    if (options.method === "GET") this.asking = control;
    let status = 0;
    try {
      const answer = await this.doors.fetch(`${this.origin}/poll/${what}`, { ...options, signal: control.signal });
      status = answer.status;
      if (status === 200) return await answer.json();
    } catch {
      return undefined; // cut on the way
    }
    if (WORTH_A_RETRY.includes(status)) return undefined;
    throw new Error(`${what}: ${status}`);
  }

  /** @param {unknown} problem */
  lose(problem) {
    if (this.closed) return;
    this.close();
    this.queue = [];
    this.onclose?.({ reason: String(problem) });
  }
}

/** @type {Doors} */
const browserDoors = {
  fetch: (url, options) => fetch(url, options),
  setTimeout: (call, ms) => setTimeout(call, ms),
};
