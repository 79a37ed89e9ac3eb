import { type AdminAnswer, type AdminRequest, textAnswer } from './message.ts';
import type { AdminSource } from './source.ts';

const USAGE = `Usage:
/plugin?status=all
/plugin?status=pluginname
/plugin?enable=pluginname
/plugin?disable=pluginname
`;

/**
 * `/api/v1/plugin`: MOSN's processes beside the proxy; here the plugins are protocols, which are part of the program: those that
 * are loaded are enabled, and none can be disabled.
 */
export function plugins({ query }: AdminRequest, source: AdminSource): AdminAnswer {
  for (const action of ['enable', 'disable', 'status'] as const) {
    const name = query.get(action) ?? '';
    if (name !== '') return answer(action, name, source.protocols());
  }
  return textAnswer(USAGE, 400);
}

function answer(action: 'enable' | 'disable' | 'status', name: string, protocols: readonly string[]): AdminAnswer {
  if (action === 'status' && name === 'all') return textAnswer(`${protocols.map((each) => `${status(each)}\n`).join('')}\n`);
  if (!protocols.includes(name)) return textAnswer(`plugin ${name} no register\n`, 400);
  switch (action) {
    case 'enable':
      return textAnswer(`enable ${name} success\n`);
    case 'disable':
      return textAnswer(`plugin ${name} is a protocol and cannot be disabled\n`, 400);
    case 'status':
      return textAnswer(`${status(name)}\n`);
  }
}

function status(name: string): string {
  return `name:${name},enable:true,on:true`;
}
