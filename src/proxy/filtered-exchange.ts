import { type Bytes, EMPTY } from '../base/bytes.ts';
import { type Exchange, HOLD, type Peer, type ResponseFlag, type Verdict } from '../filter/filter.ts';
import type { Outcome, RequestHead, ResponseHead } from '../protocol/head.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import { type MachineEvent, NO_STEP } from '../protocol/machine.ts';
import { STATUS_OF_OUTCOME } from '../protocol/outcome.ts';
import type { ServerStream } from '../protocol/stream.ts';
import { ExchangeRecord } from './exchange-record.ts';
import { EXCHANGE_MACHINE, type ExchangeEvent, type ExchangeState, ON } from './exchange-state.ts';
import type { ProxySettings } from './settings.ts';

/** Filters that ask for another route again and again are cut off here, as MOSN does after ten. */
const MAX_REROUTES = 10;

type Phase = 'request' | 'route' | 'upstream' | 'response';

/** The way of an exchange through its filters, and the responses that are made here. What happens between is in exchange.ts. */
export abstract class FilteredExchange extends ExchangeRecord implements Exchange {
  protected readonly settings: ProxySettings;
  protected readonly stream: ServerStream;
  protected state: ExchangeState = 'filtering';
  /** The same in EXCHANGE_MACHINE. */
  private stateNumber = 0;
  abstract readonly responseEndsWithHead: boolean;
  /** The response's head has gone to the client: too late for any other. */
  protected headSent = false;
  /** A filter holds: its phase, and the filter that comes after it. */
  private heldPhase: Phase | undefined = undefined;
  private heldAt = 0;
  private resumedEarly = false;
  private rerouting = false;
  private reroutes = 0;
  /** A response made here: its body, or the words for the codec to build one of. */
  private answerBody: Bytes | undefined = undefined;
  private answerOutcome: Outcome = 'ok';
  private answerMessage = '';

  constructor(settings: ProxySettings, downstream: Peer, stream: ServerStream, request: RequestHead) {
    super(downstream, request, settings.timers);
    this.settings = settings;
    this.stream = stream;
  }

  get listenerName(): string {
    return this.settings.listenerName;
  }

  /** The route is known and its filters have run. */
  protected abstract dispatch(): void;
  /** The host is known and the filters before it have run. */
  protected abstract tryHost(): void;
  /** The filters of the upstream's response have run. */
  protected abstract sendHead(): void;
  /** No filter holds the response any more. */
  protected abstract resumeResponse(): void;
  /** A response made here takes the place of the upstream's: nothing is wanted of that any more. */
  protected abstract abandonUpstream(): void;
  protected abstract complete(): void;
  abstract fail(detail: string): void;

  /** A filter holds the response back. */
  protected get holdingResponse(): boolean {
    return this.heldPhase === 'response';
  }

  protected filterRequest(from: number): void {
    const filters = this.settings.filters.onRequest;
    for (let at = from; at < filters.length; at++) {
      const verdict = filters[at]!.onRequest(this);
      if (this.state !== 'filtering' || this.holds(verdict, 'request', at + 1)) return;
    }
    this.move(ON.filtered);
    this.findRoute();
  }

  private findRoute(): void {
    this.matched = this.settings.router.match(this.request, this);
    if (this.matched === undefined) this.refuse('not-found', 'no route for this request', 'NR');
    else this.filterRoute(0);
  }

  private filterRoute(from: number): void {
    const filters = this.settings.filters.onRoute;
    // A filter may hold, and ask for another route before it resumes.
    for (let at = from; at < filters.length && !this.rerouting; at++) {
      const verdict = filters[at]!.onRoute(this);
      if (this.state !== 'routing' || this.holds(verdict, 'route', at + 1)) return;
    }
    if (this.rerouting) this.findRouteAgain();
    else this.dispatch();
  }

  /** All filters of the phase run again: what they allow, or count, may go by the route. */
  private findRouteAgain(): void {
    this.rerouting = false;
    this.clusterName = '';
    this.move(ON.rerouted);
    if (this.reroutes++ < MAX_REROUTES) this.findRoute();
    else this.refuse('failed', 'filters asked for another route too many times', 'NR');
  }

  protected filterUpstream(from: number): void {
    const filters = this.settings.filters.onUpstream;
    for (let at = from; at < filters.length; at++) {
      const verdict = filters[at]!.onUpstream(this);
      if (this.state !== 'picking' || this.holds(verdict, 'upstream', at + 1)) return;
    }
    this.tryHost();
  }

  protected filterResponse(from: number): void {
    const filters = this.settings.filters.onResponse;
    const { state } = this;
    for (let at = from; at < filters.length; at++) {
      const verdict = filters[at]!.onResponse(this);
      if (this.state !== state || this.holds(verdict, 'response', at + 1)) return;
    }
    if (state === 'answering') this.sendAnswer();
    else this.sendHead();
  }

  protected filterRequestData(bytes: Bytes, end: boolean): Bytes {
    for (const filter of this.settings.filters.onRequestData) {
      bytes = filter.onRequestData(this, bytes, end) ?? EMPTY;
      if (this.state === 'done') return EMPTY;
    }
    return bytes;
  }

  protected filterResponseData(bytes: Bytes, end: boolean): Bytes {
    for (const filter of this.settings.filters.onResponseData) {
      bytes = filter.onResponseData(this, bytes, end) ?? EMPTY;
      if (this.state === 'done') return EMPTY;
    }
    return bytes;
  }

  private holds(verdict: Verdict, phase: Phase, next: number): boolean {
    if (verdict !== HOLD) return false;
    if (this.resumedEarly) {
      this.resumedEarly = false;
      return false;
    }
    this.heldPhase = phase;
    this.heldAt = next;
    return true;
  }

  resume(): void {
    const phase = this.heldPhase;
    if (this.state === 'done') return;
    if (phase === undefined) {
      // The filter did not have to wait after all, and is about to return HOLD.
      this.resumedEarly = true;
      return;
    }
    this.heldPhase = undefined;
    if (phase === 'request') this.filterRequest(this.heldAt);
    else if (phase === 'route') this.filterRoute(this.heldAt);
    else if (phase === 'upstream') this.filterUpstream(this.heldAt);
    else {
      this.filterResponse(this.heldAt);
      if (!this.holdingResponse) this.resumeResponse();
    }
  }

  /** What a filter waits for is not waited for any more. */
  protected forgetHold(): void {
    this.heldPhase = undefined;
  }

  reroute(): void {
    this.rerouting = true;
  }

  reply(outcome: Outcome, message: string, flag: ResponseFlag = 'LR'): void {
    this.refuse(outcome, message, flag);
  }

  respond(head: ResponseHead, body: Bytes, flag: ResponseFlag = 'LR'): void {
    this.answerWith(head, body, flag);
  }

  addFlag(flag: ResponseFlag): void {
    this.flag(flag);
  }

  /** Filters of the phase `onRoute` may ask which cluster it is before anybody else needs to know. */
  override get route(): Exchange['route'] {
    if (this.state === 'routing' && this.matched?.answer === undefined) this.chooseCluster();
    return super.route;
  }

  protected chooseCluster(): void {
    if (this.clusterName === '') this.clusterName = this.matched?.clusterName(this) ?? '';
  }

  /** Answers in words; the codec makes a response of its protocol of them. */
  protected refuse(outcome: Outcome, message: string, flag: ResponseFlag): void {
    this.answerOutcome = outcome;
    this.answerMessage = message;
    this.answerWith(new LocalResponse(STATUS_OF_OUTCOME[outcome]), undefined, flag);
  }

  protected answerWith(head: ResponseHead, body: Bytes | undefined, flag: ResponseFlag): void {
    if (this.headSent || this.state === 'done') return;
    const byResponseFilter = this.state === 'responding' || this.state === 'answering';
    if (this.state !== 'answering') this.move(ON.answered);
    this.flag(flag);
    this.heldPhase = undefined;
    this.abandonUpstream();
    this.response = head;
    this.answerBody = body;
    // The filter of a response that answers itself has the last word.
    if (byResponseFilter) this.sendAnswer();
    else this.filterResponse(0);
  }

  private sendAnswer(): void {
    const head = this.response!;
    const body = this.answerBody;
    this.headSent = true;
    this.matched?.finish?.(this, head);
    if (body === undefined) {
      this.bytesSent = Buffer.byteLength(this.answerMessage);
      this.stream.reply(this.answerOutcome, this.answerMessage, head.fields);
    } else {
      const bytes = this.filterResponseData(body, true);
      if (this.state === 'done') return;
      this.bytesSent = bytes.length;
      this.stream.sendHead(head, bytes.length === 0);
      if (bytes.length > 0) this.stream.sendData(bytes, true);
    }
    this.complete();
  }

  protected move(event: MachineEvent<ExchangeEvent>): void {
    const to = EXCHANGE_MACHINE.next(this.stateNumber, event);
    if (to === NO_STEP) throw new Error(`exchange: ${event.name} while ${this.state}`);
    this.stateNumber = to;
    this.state = EXCHANGE_MACHINE.states[to]!;
  }
}
