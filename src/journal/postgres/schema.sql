-- The journal of a registry in PostgreSQL (15 or later). Made by `canhgiac init --journal`, in the first schema of the
-- role's search_path; nothing else may be in it. A fork, a gap or a changed record can't be put in: not by the program, not
-- by hand, short of taking the triggers away.

CREATE TABLE record (
  seq bigint PRIMARY KEY,
  prev_seq bigint GENERATED ALWAYS AS (NULLIF(seq, 0) - 1) STORED,
  id uuid NOT NULL,
  prev bytea,
  chain bytea NOT NULL,
  -- How many private parts it has.
  parts integer NOT NULL CHECK (parts BETWEEN 0 AND 4096),
  -- What the record counts for when it is read in pages, in bytes.
  weight integer NOT NULL CHECK (weight BETWEEN octet_length(public) AND 4194304),
  public bytea NOT NULL CHECK (octet_length(public) <= 1048576),
  -- For people; decides nothing.
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (seq, chain),
  UNIQUE (seq, parts),
  FOREIGN KEY (prev_seq, prev) REFERENCES record (seq, chain),
  CHECK (seq >= 0 AND octet_length(chain) = 32),
  CHECK (seq = 0 OR prev IS NOT NULL)
);
-- Records are small or hold what is packed already.
ALTER TABLE record ALTER COLUMN public SET STORAGE EXTERNAL;

CREATE TABLE private_part (
  seq bigint NOT NULL,
  part integer NOT NULL,
  parts integer NOT NULL,
  length integer NOT NULL CHECK (length BETWEEN 0 AND 1048576),
  commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
  -- Erasing sets both to NULL.
  salt bytea,
  bytes bytea,
  PRIMARY KEY (seq, part),
  -- Nothing is added to a record later.
  FOREIGN KEY (seq, parts) REFERENCES record (seq, parts),
  CHECK (part >= 0 AND part < parts),
  CHECK ((salt IS NULL) = (bytes IS NULL)),
  CHECK (salt IS NULL OR octet_length(salt) = 32),
  CHECK (bytes IS NULL OR octet_length(bytes) = length)
);
ALTER TABLE private_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX erased_part ON private_part (seq, part) WHERE salt IS NULL;

CREATE FUNCTION journal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is never changed: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION journal_erases_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.salt IS NOT NULL OR NEW.bytes IS NOT NULL
    OR (NEW.seq, NEW.part, NEW.parts, NEW.length, NEW.commitment)
      IS DISTINCT FROM (OLD.seq, OLD.part, OLD.parts, OLD.length, OLD.commitment)
  THEN
    RAISE EXCEPTION 'a private part can be erased and nothing else' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON record FOR EACH ROW EXECUTE FUNCTION journal_stands();
CREATE TRIGGER stays BEFORE TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION journal_stands();
CREATE TRIGGER stands BEFORE DELETE ON private_part FOR EACH ROW EXECUTE FUNCTION journal_stands();
CREATE TRIGGER erases BEFORE UPDATE ON private_part FOR EACH ROW EXECUTE FUNCTION journal_erases_only();
CREATE TRIGGER stays BEFORE TRUNCATE ON private_part FOR EACH STATEMENT EXECUTE FUNCTION journal_stands();
-- They count in every session, replication's too.
ALTER TABLE record ENABLE ALWAYS TRIGGER stands;
ALTER TABLE record ENABLE ALWAYS TRIGGER stays;
ALTER TABLE private_part ENABLE ALWAYS TRIGGER stands;
ALTER TABLE private_part ENABLE ALWAYS TRIGGER erases;
ALTER TABLE private_part ENABLE ALWAYS TRIGGER stays;

-- Sealed files of reports: every node needs them. They are erased by their keys, which are private parts.
CREATE TABLE sealed_file (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  bytes bytea NOT NULL
);
ALTER TABLE sealed_file ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Before the first record.
INSERT INTO record (seq, id, chain, parts, weight, public)
  VALUES (0, '00000000-0000-0000-0000-000000000000', decode(repeat('00', 32), 'hex'), 0, 0, '');

-- A service's role may add and erase, and nothing else: it owns no table.
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'canhgiac_journal' AND rolname <> current_user) THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO canhgiac_journal', current_schema());
    GRANT SELECT, INSERT ON record, private_part TO canhgiac_journal;
    GRANT UPDATE (salt, bytes) ON private_part TO canhgiac_journal;
    GRANT SELECT, INSERT, DELETE ON sealed_file TO canhgiac_journal;
  END IF;
END $$;
