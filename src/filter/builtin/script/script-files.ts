/** The files of all scripts that this process has loaded, by their addresses as stacks show them. Stacks are the process's, too. */
const files = new Map<string, string>();

export function rememberScript(url: string, path: string): void {
  files.set(url, path);
}

/** The script that an error comes from; undefined: from none. It is one that a callback of the script's own threw, which nobody could catch. */
export function scriptThatThrew(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  for (const [url, path] of files) if (error.stack.includes(url) || error.stack.includes(path)) return path;
  return undefined;
}
