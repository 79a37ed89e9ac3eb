/** Proves the protocol: `node --test`. Its vectors are examples of it as well, of which the laws of codecs make many more. */
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { contract, loadVectors, runVector } from 'meshloom/testing';
import { note } from './index.mjs';

const vectors = loadVectors(fileURLToPath(new URL('vectors', import.meta.url)));

for (const law of contract(note, vectors)) test(law.name, law.check);
for (const vector of vectors) test(vector.name, () => runVector(note, vector));
