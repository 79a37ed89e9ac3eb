/** What each feature adds to a request of HTTP/1.1, when it is on. */
import { SMALL_BODY } from '../backend.ts';
import { inRows, type Scenario } from '../bench.ts';
import { FEATURES } from '../features.ts';
import { generate } from '../generate.ts';
import { meshloomWith } from '../peers.ts';
import { measureThroughput } from '../rounds.ts';

export const featuresScenario: Scenario = {
  name: 'features',
  long: true,
  async run(options) {
    const peers = FEATURES.map(({ name, settings }) => ({ ...meshloomWith(settings), name }));
    const burst = (port: number, seconds: number) => generate(port, { path: '/', fields: [], body: SMALL_BODY }, seconds);
    const measured = await measureThroughput(options, { title: 'HTTP/1.1, 20-byte body, one feature each', rows: inRows(peers), burst });
    const cost = measured.columns.indexOf('CPU µs/request');
    const rows = measured.rows.map((row) => ({ name: row[0]!, microseconds: Number(row[cost]) }));
    const nothing = rows[0]!.microseconds;
    return {
      ...measured,
      columns: ['Meshloom with', 'CPU µs/request', 'added µs', '× nothing'],
      rows: rows.map(({ name, microseconds }) => [
        name,
        microseconds.toFixed(1),
        (microseconds - nothing).toFixed(1),
        (microseconds / nothing).toFixed(2),
      ]),
    };
  },
};
