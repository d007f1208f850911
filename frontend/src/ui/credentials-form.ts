import type { Answer, Refusal } from '../answers.ts';
import type { Credentials } from '../api.ts';
import { patiently } from '../patience.ts';
import type { Say } from '../texts/index.ts';
import { h, hook } from './dom.ts';
import { type Field, field, passwordToggle } from './field.ts';
import { type Notice, notice } from './notice.ts';

export type CredentialsForm<T> = {
  login: string;
  /** The login is settled: shown, and read by password managers, but not for changing. */
  settled: boolean;
  submit: Say;
  testid: string;
  signal: AbortSignal;
  send: (credentials: Credentials) => Promise<Answer<T>>;
  /** `doubtful`: an earlier answer was lost, so that an earlier code may already have done its work. */
  accept: (value: T, doubtful: boolean) => Say | null;
  /** Words for a refusal this form does not know by itself, or `null` when the view has moved on. */
  refuse: (refusal: Refusal) => Say | null;
  words?: Say | undefined;
};

type Parts = {
  form: HTMLFormElement;
  login: Field;
  password: Field;
  code: Field;
  notice: Notice;
  submit: HTMLButtonElement;
};

const digitsOf = (typed: string): string => typed.normalize('NFKC').replace(/\D/g, '').slice(0, 6);

function build<T>(setup: CredentialsForm<T>): Parts {
  const login = field({
    name: 'login',
    label: (t) => t.form.login,
    input: { autocomplete: 'username', readonly: setup.settled },
  });
  login.input.value = setup.login;
  const password: Field = field({
    name: 'password',
    label: (t) => t.form.password,
    input: { type: 'password', autocomplete: 'current-password' },
    extra: passwordToggle(() => password.input),
  });
  const code = field({
    name: 'code',
    label: (t) => t.form.code,
    hint: (t) => t.form.codeHint,
    input: { class: 'code', autocomplete: 'one-time-code', inputmode: 'numeric', enterkeyhint: 'go' },
  });
  const submit = h('button', { type: 'submit', class: 'button primary', ...hook(setup.testid) }, setup.submit);
  const news = notice(setup.signal);
  const form = h('form', { novalidate: true }, login.element, password.element, code.element, news.element, submit);
  return { form, login, password, code, notice: news, submit };
}

/** The first thing missing, said beside its field. */
function missing({ login, password, code }: Parts): boolean {
  for (const { blame } of [login, password, code]) blame(null);
  if (login.input.value.trim() === '') login.blame((t) => t.form.noLogin);
  else if (password.input.value === '') password.blame((t) => t.form.noPassword);
  else if (code.input.value.length < 6) code.blame((t) => t.form.noCode);
  else return false;
  return true;
}

/**
 * Login, password and six digits, as log in, the check and the early renewal ask for them. Login and
 * password stay whatever happens; the code goes once it may have been used, since it works only once.
 */
export function credentialsForm<T>(setup: CredentialsForm<T>): HTMLFormElement {
  const parts = build(setup);
  let under = false;
  let doubtful = false;

  const conclude = async (answer: Answer<T>): Promise<void> => {
    if (answer.kind === 'wait') return hold(parts, answer.seconds);
    if (answer.kind === 'lost') doubtful = true;
    if (answer.kind === 'invalid' && answer.fields.includes('login')) return parts.login.blame((t) => t.form.badShape);
    const say = answer.kind === 'ok' ? setup.accept(answer.value, doubtful) : (common(answer) ?? setup.refuse(answer));
    if (say) clearCode(parts, say);
  };

  const send = async (): Promise<void> => {
    if (under || missing(parts)) return;
    under = true;
    const credentials = typed(parts);
    const ask = async () => {
      const answer = await setup.send(credentials);
      doubtful ||= answer.kind === 'busy' && !answer.certain;
      return answer;
    };
    const answer = await patiently(ask, {
      notice: parts.notice,
      signal: setup.signal,
      repeatable: false,
      sending: (t) => t.form.checking,
    });
    await conclude(answer);
    under = false;
  };

  watchCode(parts, () => !under && void send());
  parts.form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  if (setup.words) parts.form.prepend(h('p', { class: 'aside' }, setup.words));
  return parts.form;
}

const typed = ({ login, password, code }: Parts): Credentials => ({
  login: login.input.value.trim(),
  password: password.input.value,
  code: code.input.value,
});

function clearCode({ code }: Parts, say: Say): void {
  code.input.value = '';
  code.blame(say);
}

/** Too many attempts: nothing was tried, so a short wait leaves the code; a long one outlives it. */
async function hold({ code, submit, notice: news }: Parts, seconds: number): Promise<void> {
  if (seconds > 10) code.input.value = '';
  submit.disabled = true;
  await news.wait((t, left) => t.form.tooMany(left), seconds);
  submit.disabled = false;
  news.tell((t) => t.form.tryNow);
}

/** Six digits go by themselves, but a given code only once: it could not succeed a second time. */
function watchCode({ login, password, code }: Parts, send: () => void): void {
  let sentByItself = '';
  code.input.addEventListener('input', () => {
    code.input.value = digitsOf(code.input.value);
    const { value } = code.input;
    const ready = value.length === 6 && login.input.value !== '' && password.input.value !== '';
    if (!ready || value === sentByItself) return;
    sentByItself = value;
    send();
  });
}

/** Refusals that read the same wherever credentials are asked for. */
function common(refusal: Refusal): Say | null {
  if (refusal.kind === 'credentials' || refusal.kind === 'invalid') return (t) => t.form.wrong;
  if (refusal.kind === 'lost') return (t) => t.form.answerLost;
  if (refusal.kind === 'disabled') return (t) => t.form.disabled;
  return null;
}
