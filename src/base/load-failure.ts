/** What Node.js says of an ES module that it has taken for CommonJS. */
const NOT_AS_MODULE: readonly string[] = ['Cannot use import statement outside a module', "Unexpected token 'export'"];

/** Why a module of the user's could not be loaded, in a line, with what to do about it where Node.js does not say it. */
export function loadFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof SyntaxError)) return error.message;
  if (NOT_AS_MODULE.includes(error.message)) {
    return `${error.message}: give it a name that ends in .mjs, or say "type": "module" in the package.json of its folder`;
  }
  // Node.js keeps the place for its own last words.
  return `${error.message} (node --check FILE says where)`;
}
