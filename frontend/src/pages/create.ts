import type { Answer } from '../answers.ts';
import { type Enrolling, generatePassword } from '../api.ts';
import { enrolmentFrom } from '../enrolment/enrolment.ts';
import { showPasswordStep } from '../enrolment/password.ts';
import { dropEnrolmentKey, enrolmentKey, unfinishedLogin } from '../enrolment-key.ts';
import { patiently } from '../patience.ts';
import type { HandOver } from '../router.ts';
import { pageLink } from '../ui/controls.ts';
import { h, hook } from '../ui/dom.ts';
import { type Field, field } from '../ui/field.ts';
import { type Notice, notice } from '../ui/notice.ts';
import { present } from '../ui/stage.ts';
import { unexpected } from '../ui/unexpected.ts';

/** Create: one question, the login. */
export function showCreate({ login = unfinishedLogin(), start = false, words }: HandOver): void {
  let form: HTMLFormElement | undefined;
  present((signal) => {
    const news = notice(signal);
    const name = loginField(login ?? '');
    const submit = h(
      'button',
      { type: 'submit', class: 'button primary', ...hook('submit-button') },
      (t) => t.create.submit,
    );
    form = h('form', { novalidate: true }, name.element, news.element, submit);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (form?.ariaBusy !== 'true') void begin(name, news, signal, form);
    });
    if (words) news.tell(words);
    else if (login !== undefined && !start) news.tell((t) => t.create.unfinished);
    return {
      tab: (t) => t.create.heading,
      heading: (t) => t.create.heading,
      body: [
        h('p', { class: 'lead' }, (t) => t.create.lead),
        h('p', {}, (t) => t.create.prepare),
        form,
        h(
          'p',
          { class: 'quiet' },
          (t) => t.create.already,
          ' ',
          pageLink((t) => t.nav.login, '/login'),
        ),
      ],
    };
  });
  if (start) form?.requestSubmit();
}

const loginField = (value: string): Field => {
  const made = field({
    name: 'login',
    label: (t) => t.create.login,
    hint: (t) => t.create.loginHint,
    input: { autocomplete: 'username', enterkeyhint: 'go' },
  });
  made.input.value = value;
  return made;
};

async function begin(name: Field, news: Notice, signal: AbortSignal, form: HTMLFormElement | undefined): Promise<void> {
  const login = name.input.value.trim();
  name.blame(login === '' ? (t) => t.form.noLogin : null);
  if (login === '' || !form) return;
  form.ariaBusy = 'true';
  const key = enrolmentKey(login);
  const answer = await patiently(() => generatePassword(login, key), {
    notice: news,
    signal,
    repeatable: true,
    sending: (t) => t.create.sending,
  });
  form.ariaBusy = 'false';
  if (answer.kind === 'ok') return showPasswordStep(enrolmentFrom(answer.value));
  if (answer.kind === 'taken' || answer.kind === 'invalid') dropEnrolmentKey(login);
  refused(answer, name, news);
}

function refused(answer: Exclude<Answer<Enrolling>, { kind: 'ok' }>, name: Field, news: Notice): void {
  if (answer.kind === 'taken') name.blame((t) => t.create.taken);
  else if (answer.kind === 'invalid') name.blame((t) => t.form.badShape);
  else if (answer.kind === 'wait')
    void news.wait((t, left) => t.form.tooMany(left), answer.seconds).then(() => news.tell((t) => t.form.tryNow));
  else news.tell(unexpected(answer));
}
