// Talks to the server. Answers are one of: {ok: data}, {signedOut: true}, {missing: true}, {refused: sentence}, {offline: true}.

const TIMEOUT = 30_000;

async function ask(url, about = {}) {
  let response;
  try {
    response = await fetch(url, {
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout ? AbortSignal.timeout(about.timeout || TIMEOUT) : undefined,
      ...about,
      headers: { Accept: "application/json", ...about.headers },
    });
  } catch {
    return { offline: true };
  }
  if (response.status === 401) return { signedOut: true };
  if (response.status === 404) return { missing: true };
  let said = {};
  try {
    said = await response.json();
  } catch {
    if (response.ok) return { offline: true }; // somebody in between (a hotel's page, say) answered instead of the server
  }
  if (response.ok) return { ok: said };
  return { status: response.status, code: said.code, refused: said.message || "" };
}

export class Sender {
  constructor(urls, uid) {
    this.at = (name) => urls[name].replace("~", uid);
    this.csrf = null;
  }

  async state() {
    const said = await ask(this.at("state"));
    if (said.ok) this.csrf = said.ok.csrf;
    return said;
  }

  // POST with a token; one that has ended with its session is asked for anew, once.
  async #post(name, make) {
    for (const again of [true, false]) {
      if (!this.csrf) {
        const said = await this.state();
        if (!said.ok) return said;
      }
      const said = await ask(this.at(name), make(this.csrf));
      if (!(said.status === 400 && again)) return said;
      this.csrf = null;
    }
    return { offline: true };
  }

  changes(person, changes) {
    return this.#post("changes", (token) => ({
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ person, sent_at: new Date().toISOString(), changes }),
    }));
  }

  photo(person, uid, line, name, type, bytes) {
    return this.#post("photos", (token) => {
      const body = new FormData();
      body.set("person", person);
      body.set("uid", uid);
      body.set("line", line);
      body.set("photo", new File([bytes], name, { type }));
      return { method: "POST", headers: { "X-CSRFToken": token }, body, timeout: 180_000 };
    });
  }
}
