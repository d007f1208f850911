-- Up Migration

-- The one clock. Every expiry is decided by it, so that replicas with drifting clocks agree and
-- tests can travel in time by replacing this function in their own database.
create function clock() returns timestamptz
  language sql stable parallel safe
  return now();

-- Six months are calendar months: 31 August + P6M = 28 (29) February. The sum is made in UTC, because
-- "timestamptz + months" otherwise depends on the session's time zone (A25).
create function credentials_end(confirmed_at timestamptz, lifetime interval) returns timestamptz
  language sql immutable parallel safe
  return (confirmed_at at time zone 'UTC' + lifetime) at time zone 'UTC';

-- There is no status column: an account is active exactly when it has a current credential set and is
-- not disabled, so "active without a confirmed second factor" cannot be written down.
create table accounts (
  id uuid primary key default uuidv7(),
  login text not null unique check (char_length(login) between 3 and 64 and login is nfkc normalized),
  created_at timestamptz not null default clock(),
  disabled_at timestamptz
);

-- A password and a second factor that belong together. The pending set is being enrolled; the current
-- one has been confirmed by a login. Both can exist: a renewal never touches what works (A5).
create table credential_sets (
  id uuid primary key default uuidv7(),
  account_id uuid not null references accounts on delete cascade,
  slot text not null check (slot in ('pending', 'current')),
  password_sealed bytea not null,
  totp_id uuid,
  totp_sealed bytea,
  last_step bigint,
  idempotency_digest bytea check (octet_length(idempotency_digest) = 32),
  created_at timestamptz not null default clock(),
  confirm_before timestamptz,
  confirmed_at timestamptz,
  expires_at timestamptz,
  constraint one_set_per_slot unique (account_id, slot) deferrable initially deferred,
  constraint second_factor_whole check ((totp_id is null) = (totp_sealed is null)),
  constraint pending_is_unconfirmed check (
    slot <> 'pending'
    or (confirm_before is not null and confirmed_at is null and expires_at is null and last_step is null)
  ),
  constraint current_is_confirmed check (
    slot <> 'current'
    or (totp_sealed is not null and last_step is not null and confirmed_at is not null
        and expires_at is not null and expires_at > confirmed_at and confirm_before is null and idempotency_digest is null)
  )
) with (fillfactor = 70); -- room for the new version of a row beside the old one: a login then touches no index

create index pending_sets_by_deadline on credential_sets (confirm_before) where slot = 'pending';
create index current_sets_by_expiry on credential_sets (expires_at) where slot = 'current';

-- A code is accepted once (A9). The statement that logs in is guarded as well; this makes the rule true
-- for every statement anybody will ever write.
create function refuse_used_step() returns trigger
  language plpgsql as $$
begin
  raise exception 'TOTP step % is not later than %', new.last_step, old.last_step
    using errcode = 'check_violation', constraint = 'step_is_used_once';
end $$;

create trigger step_is_used_once
  before update of last_step on credential_sets
  for each row
  when (old.last_step is not null and (new.last_step is null or new.last_step <= old.last_step))
  execute function refuse_used_step();

-- One-time links. A link whose set is gone was superseded or revoked; its ciphertext must be gone too.
-- After the reveal the ciphertext stays only for the claimant's minute (A21).
create table reveal_links (
  id uuid primary key default uuidv7(),
  set_id uuid references credential_sets on delete set null,
  token_digest bytea not null unique check (octet_length(token_digest) = 32),
  password_sealed bytea,
  expires_at timestamptz not null,
  revealed_at timestamptz,
  claimant_digest bytea check (octet_length(claimant_digest) = 32),
  constraint superseded_is_empty check (set_id is not null or password_sealed is null),
  constraint claimant_only_after_reveal check (revealed_at is not null or claimant_digest is null),
  constraint revealed_is_empty check (
    revealed_at is null or password_sealed is null or claimant_digest is not null
  )
);

create index reveal_links_by_set on reveal_links (set_id);
create index reveal_links_by_expiry on reveal_links (expires_at);
create index reveal_links_still_sealed on reveal_links (expires_at) where password_sealed is not null;

-- Tickets. An enrolment ticket belongs to one pending set and dies with it; a rotation ticket belongs to an account.
create table tickets (
  digest bytea primary key check (octet_length(digest) = 32),
  purpose text not null check (purpose in ('enrolment', 'rotation')),
  set_id uuid references credential_sets on delete cascade,
  account_id uuid references accounts on delete cascade,
  expires_at timestamptz not null,
  constraint enrolment_has_a_set check ((purpose = 'enrolment') = (set_id is not null)),
  constraint rotation_has_an_account check ((purpose = 'rotation') = (account_id is not null))
);

create index tickets_by_account on tickets (account_id);
create index tickets_by_set on tickets (set_id);
create index tickets_by_expiry on tickets (expires_at);

-- Failed attempts, by a keyed hash of (login, client) or of (login): neither names nor addresses are kept. No
-- index but the key, and room in each page, so that counting touches no index.
create table login_failures (
  subject bytea primary key check (octet_length(subject) = 16),
  failures integer not null check (failures > 0),
  failed_at timestamptz not null,
  wait_until timestamptz not null
) with (fillfactor = 70);

-- Clients that have logged in to an account, by the same keyed hash of (login, client). They do not wait for
-- what strangers fail (A14); what they fail themselves still counts.
create table known_clients (
  subject bytea primary key check (octet_length(subject) = 16),
  seen_at timestamptz not null
);

create index known_clients_by_age on known_clients (seen_at);

-- Until when a subject waits after its latest failure: 1, 2, 4 … seconds once the allowance is used up, 15 minutes
-- at most. No wait is the beginning of time, not this instant: transactions that began earlier must not meet it.
create function wait_end(failed_at timestamptz, failures integer, allowance integer) returns timestamptz
  language sql immutable parallel safe
  return case
    when failures < allowance then '-infinity'::timestamptz
    else failed_at + least(interval '15 minutes', interval '1 second' * power(2, least(failures - allowance, 10)))
  end;

-- Counts one attempt as a failure of each subject that is not waiting. Answers how many it counted.
create function count_attempt(subjects bytea[], allowances integer[]) returns integer
  language plpgsql as $$
declare
  counted integer;
begin
  insert into login_failures as f (subject, failures, failed_at, wait_until)
  select s.subject, 1, clock(), wait_end(clock(), 1, s.allowance)
  from unnest(subjects, allowances) as s (subject, allowance)
  on conflict (subject) do update set
    failures = case when f.failed_at > clock() - interval '1 day' then f.failures + 1 else 1 end,
    failed_at = clock(),
    wait_until = wait_end(
      clock(),
      case when f.failed_at > clock() - interval '1 day' then f.failures + 1 else 1 end,
      allowances[array_position(subjects, f.subject)])
  where f.wait_until <= clock();
  get diagnostics counted = row_count;
  return counted;
end $$;

-- Admits a login attempt: null, or the instant until which the caller has to wait. Counting before
-- judging is what makes the limit hold for parallel guesses (A13); a success takes its count back.
-- The counter may lose its last half second in a crash of the database, so it need not wait for the disk.
create function reserve_attempt(of_pair bytea, of_account bytea, pair_allowance integer, account_allowance integer)
  returns timestamptz
  language plpgsql as $$
declare
  wait_end timestamptz;
begin
  perform set_config('synchronous_commit', 'off', true);
  -- A plan made while the table was empty must not read all of it once a flood has filled it.
  perform set_config('enable_seqscan', 'off', true);
  select max(wait_until) into wait_end
    from login_failures where subject in (of_pair, of_account) and wait_until > clock();
  if wait_end is null then
    if count_attempt(array[of_pair, of_account], array[pair_allowance, account_allowance]) = 2 then
      return null;
    end if;
  elsif exists (select from known_clients where subject = of_pair and seen_at > clock() - interval '90 days')
    and not exists (select from login_failures where subject = of_pair and wait_until > clock()) then
    if count_attempt(array[of_pair], array[pair_allowance]) = 1 then
      return null;
    end if;
  end if;
  -- Without a wait: another attempt was counted at this very moment, and its wait is in force now.
  return coalesce(wait_end, clock() + interval '1 second');
end $$;

-- Takes a reservation back. After a success the client is known and its failures are forgotten; for the account only
-- this one attempt is, so that somebody else's guesses elsewhere keep their count. Pair first, as above: no deadlock.
create function release_attempt(of_pair bytea, of_account bytea, succeeded boolean) returns void
  language plpgsql as $$
begin
  delete from login_failures where subject = of_pair and (succeeded or failures = 1);
  if not found then
    update login_failures set failures = failures - 1, wait_until = '-infinity' where subject = of_pair;
  end if;
  delete from login_failures where subject = of_account and failures = 1;
  if not found then
    update login_failures set failures = failures - 1, wait_until = '-infinity' where subject = of_account;
  end if;
  if succeeded then
    insert into known_clients as k (subject, seen_at) values (of_pair, clock())
    on conflict (subject) do update set seen_at = clock() where k.seen_at < clock() - interval '1 day';
  end if;
end $$;

-- What happened. Rows are only ever added; never a secret, and no foreign key, so that the record
-- outlives the account. UUIDv7 keys are in order of time.
create table audit_events (
  id uuid primary key default uuidv7(),
  at timestamptz not null default clock(),
  event text not null,
  account_id uuid,
  request_id text not null,
  client bytea,
  detail jsonb not null default '{}'
);

create index audit_events_by_account on audit_events (account_id, at);
