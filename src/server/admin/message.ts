/** A request to the admin API, read to its end. */
export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface AdminAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** For 405, what is allowed (RFC 9110 section 15.5.6); undefined otherwise. */
  readonly allow?: string;
}

export function textAnswer(body: string, status = 200): AdminAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

export function jsonAnswer(body: string, status = 200): AdminAnswer {
  return { status, contentType: 'application/json', body };
}

/** MOSN's way to say that something went wrong. `message` holds no quotes. */
export function errorAnswer(status: number, message: string): AdminAnswer {
  return jsonAnswer(`{\n\t"error": "${message}"\n}\n`, status);
}

/** An object with its keys in order, as Go prints maps. */
export function sortedByKey<T>(object: Readonly<Record<string, T>>): Record<string, T> {
  const keys = Object.keys(object).sort();
  return Object.fromEntries(keys.map((key) => [key, object[key] as T]));
}
