/** For authors of protocol plugins: scripted connections, vectors, and the contract that every codec keeps. Published as `meshloom/testing`. */
export { neutralRequest } from './action.ts';
export { contract, type Law } from './contract.ts';
export { type Call, callText, Journal } from './journal.ts';
export { type Pair, pair } from './pair.ts';
export { type HandlerCall, Recorder } from './recorder.ts';
export { RANDOM_SPLITS, runVector } from './run-vector.ts';
export { type Opened, ScriptClient, ScriptServer, type ScriptTransport, type Served } from './script-transport.ts';
export { byteByByte, randomSplit, type Split, seededRandom, whole } from './split.ts';
export { parseHex, parseLines, quote, unescapeText } from './text.ts';
export { loadVectors, parseVectors, type Vector, type VectorStep } from './vector.ts';
