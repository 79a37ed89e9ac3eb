/** What settings look like: for plugins, which state theirs in the same way. Published as `meshloom/schema`. */
export { upstreamAddress } from './address.ts';
export { addressRanges } from './address-range.ts';
export { converted, dictionary, either, list, onlyOne } from './collections.ts';
export { duration } from './duration.ts';
export { defaulted, ignored, optional, refused, required } from './fields.ts';
export { object } from './object.ts';
export { Report } from './report.ts';
export { anything, boolean, enumeration, integer, number, secretText, text } from './scalars.ts';
export type { Present, Read, Schema } from './schema.ts';
