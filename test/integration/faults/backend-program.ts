/** A backend in a process of its own, so that it can be killed and frozen: answers each call with its name. Arguments: protocol, name, port (0: any). */
import { dubbo } from '../../support/feature/dubbo.ts';
import { http1 } from '../../support/feature/http1.ts';
import { http2 } from '../../support/feature/http2.ts';
import type { Language } from '../../support/feature/language.ts';

const LANGUAGES: Readonly<Record<string, Language>> = { http1, http2, dubbo };

const [protocol = '', name = '', port = '0'] = process.argv.slice(2);
const server = await LANGUAGES[protocol]!.serve(() => ({ body: name }), { port: Number(port) });
process.send?.(server.port);
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
