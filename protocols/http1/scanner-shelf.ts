import { HeadScanner } from './scanner.ts';

/**
 * Where the connections of one protocol get their scanner from: almost every head is complete at once, and then one scanner serves them
 * all. A connection keeps one only while its head is on the way, so that an idle connection costs none.
 */
export class ScannerShelf {
  private spare: HeadScanner | undefined = undefined;

  take(): HeadScanner {
    const scanner = this.spare ?? new HeadScanner();
    this.spare = undefined;
    return scanner;
  }

  giveBack(scanner: HeadScanner): void {
    this.spare = scanner;
  }
}
