import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ANY_HOST, type HostChoice, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { requestRoundRobin } from '../../../src/upstream/balancers/request-round-robin.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { Labels } from '../../../src/upstream/labels.ts';
import { type SubsetFallback, type SubsetSettings, withSubsets } from '../../../src/upstream/subsets.ts';
import { hostAt } from './fixtures.ts';

const NO_LABELS = new Labels({});

function subsets(given: Partial<SubsetSettings>) {
  return withSubsets(requestRoundRobin(), { fallback: 'none', defaultSubset: NO_LABELS, selectors: [], ...given });
}

function asking(labels: Readonly<Record<string, string>>): HostChoice {
  return { ...ANY_HOST, labels: new Labels(labels) };
}

const one = hostAt('one', { metadata: { version: '1', stage: 'prod' } });
const two = hostAt('two', { metadata: { version: '2', stage: 'prod' } });
const dev = hostAt('dev', { metadata: { version: '2', stage: 'dev' } });
const bare = hostAt('bare');
const ALL = [bare, one, two, dev];

test('a request goes to the hosts whose labels have the values that it asks for', () => {
  const picker = subsets({ selectors: [['version'], ['stage', 'version']] }).build(ALL);
  assert.equal(picker.pick(asking({ version: '1' }), NO_HOSTS_TRIED), one);
  assert.equal(picker.pick(asking({ version: '2' }), NO_HOSTS_TRIED), two);
  assert.equal(picker.pick(asking({ version: '2' }), [two]), dev);
  assert.equal(picker.pick(asking({ version: '2' }), [two, dev]), undefined);
  assert.equal(picker.pick(asking({ version: '2', stage: 'dev' }), NO_HOSTS_TRIED), dev);
});

test('the order of names makes no difference, neither in a selector nor in a request', () => {
  const picker = subsets({ selectors: [['version', 'stage']] }).build(ALL);
  assert.equal(picker.pick(asking({ stage: 'dev', version: '2' }), NO_HOSTS_TRIED), dev);
  assert.equal(picker.pick(asking({ version: '2', stage: 'dev' }), NO_HOSTS_TRIED), dev);
});

test('names that no selector has together find nothing', () => {
  const picker = subsets({ selectors: [['stage', 'version'], []] }).build(ALL);
  assert.equal(picker.pick(asking({ version: '2' }), NO_HOSTS_TRIED), undefined);
  assert.equal(picker.pick(asking({}), NO_HOSTS_TRIED), undefined);
});

test('a request without labels goes to any host', () => {
  assert.equal(
    subsets({ selectors: [['version']] })
      .build(ALL)
      .pick(ANY_HOST, NO_HOSTS_TRIED),
    bare,
  );
});

test('where there is no such subset, the fallback says what becomes of a request', () => {
  const picked = (fallback: SubsetFallback) =>
    subsets({ fallback, selectors: [['version']], defaultSubset: new Labels({ stage: 'dev' }) })
      .build(ALL)
      .pick(asking({ version: '3' }), NO_HOSTS_TRIED);
  assert.deepEqual([picked('none'), picked('any'), picked('default')], [undefined, bare, dev]);
});

test('a default subset without labels is all hosts', () => {
  const picker = subsets({ fallback: 'default', selectors: [['version']] }).build(ALL);
  assert.equal(picker.pick(asking({ version: '3' }), NO_HOSTS_TRIED), bare);
});

test('the fallback takes over from a subset of which no host is well, and not from one of which all have been tried', () => {
  const ill = hostAt('ill', { metadata: { version: '1' } });
  const picker = subsets({ fallback: 'any', selectors: [['version']] }).build([bare, ill]);
  assert.equal(picker.pick(asking({ version: '1' }), [ill]), undefined);
  ill.setHealthFlag(HealthFlag.outlier);
  assert.equal(picker.pick(asking({ version: '1' }), NO_HOSTS_TRIED), bare);
  assert.equal(picker.pick(asking({ version: '1' }), NO_HOSTS_TRIED, HealthFlag.outlier), ill);
});

test('a label may have the name of a property of objects', () => {
  const host = hostAt('host', { metadata: Object.fromEntries([['__proto__', 'a']]) });
  const picker = subsets({ selectors: [['__proto__'], ['constructor']] }).build([host]);
  assert.equal(picker.pick(asking(Object.fromEntries([['__proto__', 'a']])), NO_HOSTS_TRIED), host);
  assert.equal(picker.pick(asking({ constructor: 'a' }), NO_HOSTS_TRIED), undefined);
});

const NAMES = ['a', 'b', 'c'];
const someLabels = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom('1', '2'), { maxKeys: 3 });
const someNames = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 });

test('subsets are those of a naive model that looks at every host', () => {
  fc.assert(
    fc.property(fc.array(someLabels, { maxLength: 6 }), fc.array(someNames, { maxLength: 4 }), someLabels, (given, selectors, asked) => {
      const hosts = given.map((metadata, index) => hostAt(`h${index}`, { metadata }));
      const names = Object.keys(asked).sort().join();
      const expected: Host | undefined =
        names !== '' && selectors.some((selector) => [...selector].sort().join() === names)
          ? hosts.find(({ metadata }) => Object.entries(asked).every(([name, value]) => metadata[name] === value))
          : undefined;
      assert.equal(subsets({ selectors }).build(hosts).pick(asking(asked), NO_HOSTS_TRIED), expected);
    }),
  );
});
