"""Pages that are made by their scripts, and pages that want more than they may; the scripts are ours."""

from __future__ import annotations


def page(script: str, *, body: str = "", head: str = "") -> bytes:
    """A page with one script at its end."""
    text = f"<!doctype html><html><head><title>News</title>{head}</head><body>{body}<script>{script}</script></body></html>"
    return text.encode()


LISTING = page(
    """
    fetch('/news.json').then(r => r.json()).then(rows => {
      for (const row of rows) {
        const item = document.createElement('li');
        item.innerHTML = `<a href="/news/${row.id}">${row.title}</a>`;
        document.querySelector('ul').append(item);
      }
    });
    """,
    body="<ul></ul>",
)
ROWS = b'[{"id": 1, "title": "Gallium exports need a licence"}, {"id": 2, "title": "Tin smelter restarts"}]'


def reaching(host: str, port: int) -> bytes:
    """A page that tries every way there is to speak to a host, then says that it is through."""
    url = f"{host}:{port}"
    script = f"""
    const to = "http://{url}", tried = document.querySelector('#tried');
    const attempt = (name, work) => {{ try {{ work(); }} catch (e) {{}} tried.textContent += name + ' '; }};
    attempt('fetch', () => fetch(to + '/fetch', {{mode: 'no-cors'}}).catch(() => 0));
    attempt('post', () => fetch(to + '/post', {{method: 'POST', mode: 'no-cors', body: 'x'}}).catch(() => 0));
    attempt('keepalive', () => fetch(to + '/keep', {{keepalive: true, mode: 'no-cors'}}).catch(() => 0));
    attempt('xhr', () => {{ const x = new XMLHttpRequest(); x.open('GET', to + '/xhr'); x.send(); }});
    attempt('beacon', () => navigator.sendBeacon(to + '/beacon', 'x'));
    attempt('events', () => new EventSource(to + '/events'));
    attempt('websocket', () => new WebSocket('ws://{url}/ws'));
    attempt('home websocket', () => new WebSocket('ws://' + location.host + '/ws'));
    attempt('image', () => {{ new Image().src = to + '/image'; }});
    for (const [tag, key] of [['img', 'src'], ['script', 'src'], ['iframe', 'src'], ['embed', 'src'], ['video', 'src'],
                              ['audio', 'src'], ['object', 'data'], ['input', 'src']])
      attempt(tag, () => {{ const e = document.createElement(tag); if (tag === 'input') e.type = 'image';
                           e[key] = to + '/' + tag; document.body.append(e); }});
    for (const rel of ['stylesheet', 'preload', 'prefetch', 'preconnect', 'dns-prefetch', 'icon', 'manifest',
                       'modulepreload', 'prerender'])
      attempt(rel, () => {{ const e = document.createElement('link'); e.rel = rel; e.as = 'script';
                           e.href = to + '/' + rel; document.head.append(e); }});
    attempt('speculation', () => {{ const e = document.createElement('script'); e.type = 'speculationrules';
      e.textContent = JSON.stringify({{prefetch: [{{source: 'list', urls: [to + '/s']}}],
                                      prerender: [{{source: 'list', urls: [to + '/p']}}]}});
      document.head.append(e); }});
    attempt('style', () => {{ document.body.style.background = `url(${{to}}/css)`; }});
    attempt('font', () => new FontFace('x', `url(${{to}}/font)`).load().catch(() => 0));
    attempt('import', () => import(to + '/module.js').catch(() => 0));
    attempt('worker', () => new Worker(URL.createObjectURL(new Blob([
      `fetch('${{to}}/worker', {{mode: 'no-cors'}}).catch(() => 0); try {{ importScripts('${{to}}/imported'); }} catch {{}}
       try {{ new WebSocket('ws://{url}/worker'); }} catch {{}}
       try {{ new WebTransport('https://{url}/worker'); }} catch {{}}`]))));
    attempt('shared worker', () => new SharedWorker(to + '/shared.js'));
    attempt('service worker', () => navigator.serviceWorker.register('/sw.js').catch(() => 0));
    attempt('webrtc', () => {{
      const frame = document.createElement('iframe'); document.body.append(frame);
      for (const realm of [window, frame.contentWindow]) {{
        const Peer = realm.RTCPeerConnection || realm.webkitRTCPeerConnection;
        const peer = new Peer({{iceServers: [{{urls: ['stun:{url}', 'stun:{url}?transport=tcp']}},
          {{urls: ['turn:{url}?transport=tcp', 'turn:{url}'], username: 'x', credential: 'x'}}]}});
        peer.createDataChannel('x');
        peer.createOffer().then(offer => peer.setLocalDescription(offer));
      }} }});
    attempt('webtransport', () => new WebTransport('https://{url}/wt'));
    attempt('popup', () => window.open(to + '/popup'));
    attempt('form', () => {{ const f = document.createElement('form'); f.action = to + '/form'; f.method = 'POST';
      f.target = 'elsewhere'; document.body.append(f); f.submit(); }});
    attempt('ping', () => {{ const a = document.createElement('a'); a.href = '#x'; a.ping = to + '/ping';
      document.body.append(a); a.click(); }});
    attempt('csp', () => {{ const m = document.createElement('meta'); m.httpEquiv = 'Content-Security-Policy-Report-Only';
      m.content = `default-src 'none'; report-uri ${{to}}/csp`; document.head.append(m); }});
    attempt('local names', () => fetch('http://localhost:{port}/name', {{mode: 'no-cors'}}).catch(() => 0));
    attempt('mapped', () => fetch('http://[::ffff:7f00:2]:{port}/six', {{mode: 'no-cors'}}).catch(() => 0));
    attempt('redirected', () => fetch('/away', {{mode: 'no-cors'}}).catch(() => 0));
    attempt('done', () => 0);
    """
    return page(script, body='<p id="tried"></p>')


ENDLESS = {
    "asks for ever": page("setInterval(() => fetch('/news.json?' + Math.random()).catch(() => 0), 20);"),
    "asks a thousand times": page("for (let n = 0; n < 1000; n++) fetch('/news.json?' + n).catch(() => 0);"),
    "writes for ever": page("setInterval(() => document.body.append('more '), 5);"),
    "goes round": page("location.href = '/round?' + Math.random();"),
    "refreshes": page("", head='<meta http-equiv="refresh" content="0;url=/round">'),
    "opens windows": page("for (let n = 0; n < 200; n++) window.open('/news.json?' + n);"),
    "opens windows for ever": page("setInterval(() => window.open('about:blank'), 10);"),
    "downloads": page(
        "const a = document.createElement('a'); a.href = '/large'; a.download = 'large'; document.body.append(a);"
        "for (let n = 0; n < 50; n++) a.click();"
    ),
    "saves blobs": page(
        "setInterval(() => { const a = document.createElement('a'); a.download = 'x';"
        "a.href = URL.createObjectURL(new Blob(['x'.repeat(1 << 20)])); a.click(); }, 50);"
    ),
    "wants large bodies": page("for (let n = 0; n < 20; n++) fetch('/large?' + n).then(r => r.text()).catch(() => 0);"),
    "waits for a body that never ends": page("fetch('/drip').then(r => r.text()).catch(() => 0);"),
    "asks the reader": page("alert(1); confirm(2); prompt(3); print();"),
    "keeps the reader": page("addEventListener('beforeunload', e => e.preventDefault()); alert('stay');"),
    "goes to a file": page("location.href = 'file:///etc/passwd';"),
    "goes to data": page("location.href = 'data:text/html,<h1>mine</h1>';"),
    "goes to the browser": page("location.href = 'chrome://settings';"),
    "works in workers": page("for (let n = 0; n < 8; n++) new Worker(URL.createObjectURL(new Blob(['for(;;);'])));"),
}
"""Pages that never come to rest, or want what they don't get; each is read all the same."""
GO_NOWHERE = frozenset({"goes round", "refreshes"})
"""Those of them that leave the page, and get no other."""

HUNG = {
    "hangs": page("for (;;);"),
    "hangs a little later": page("setTimeout(() => { for (;;); }, 100);"),
    "alerts for ever": page("for (;;) alert(1);"),
    "eats memory": page("const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1));"),
    "eats the heap": page("const all = []; for (;;) all.push(new Array(1e5).fill({}).map((_, i) => ({i})));"),
    "grows": page("let t = 'x'.repeat(1 << 16); for (;;) document.body.insertAdjacentHTML('beforeend', '<p>' + t);"),
    "is too large": page("document.body.textContent = 'x'.repeat(20 << 20);"),
    "crashes itself": page(
        "location.href = 'chrome://crash'; for (let n = 0;; n++) history.pushState(n, '', '/' + n);"
    ),
}
"""Pages of which nothing can be read; each costs its deadline at most, and the next one is shown."""
