import type { RequestHead } from '../protocol/head.ts';
import { parseDomain } from './domain.ts';
import { DomainTable } from './domain-table.ts';
import { RouteTable } from './route-table.ts';
import type { Router } from './router.ts';
import type { ReportProblem, VirtualHostSpec } from './spec.ts';

class TableRouter<T, Subject> implements Router<T, Subject> {
  private readonly domains: DomainTable<RouteTable<T, Subject>>;

  constructor(domains: DomainTable<RouteTable<T, Subject>>) {
    this.domains = domains;
  }

  match(head: RequestHead, subject: Subject): T | undefined {
    const { domains } = this;
    // A head may have to look far for its authority: that of a Dubbo call stands behind the arguments.
    const table = domains.onlyDefault ? domains.find('') : domains.find(head.authority);
    return table?.match(head, subject);
  }
}

/**
 * Compiles virtual hosts into a router. What cannot be understood is reported, with its path in the configuration relative to
 * `virtual_hosts`, and left out: a router with problems is fit for looking at, not for use. Without `report` the first problem throws.
 */
export function buildRouter<T, Subject = void>(
  virtualHosts: readonly VirtualHostSpec<T, Subject>[],
  report: ReportProblem = refuse,
): Router<T, Subject> {
  const domains = new DomainTable<RouteTable<T, Subject>>();
  for (const [index, virtualHost] of virtualHosts.entries()) {
    const table = new RouteTable(virtualHost.routes, `[${index}].routers`, report);
    for (const [at, text] of virtualHost.domains.entries()) {
      const domain = parseDomain(text);
      const path = `[${index}].domains[${at}]`;
      if (typeof domain === 'string') report(path, domain);
      else if (!domains.add(domain, table)) report(path, `"${text}" is there already: a domain belongs to one virtual host`);
    }
  }
  return new TableRouter(domains);
}

function refuse(path: string, message: string): never {
  throw new Error(`virtual_hosts${path}: ${message}`);
}
