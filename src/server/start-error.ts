/** What the world refused: an address that is taken, a plugin that is not there. Its message is one line that says what and where. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
