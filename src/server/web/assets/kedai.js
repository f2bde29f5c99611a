// SPDX-License-Identifier: GPL-3.0-or-later
// What the page can't do alone: forms without a reload, and what is live. Without this file
// everything still works, one page at a time.
'use strict';

(() => {
  const $ = (selector, root) => (root || document).querySelector(selector);
  const base = document.body.dataset.base;
  if (base === undefined) return;

  // ---- small things ----

  function toast(text) {
    const old = $('.toast');
    if (old) old.remove();
    const box = document.createElement('p');
    box.className = 'toast';
    box.setAttribute('role', 'status');
    box.textContent = text;
    document.body.append(box);
    setTimeout(() => box.remove(), 2500);
  }

  // An id that begins with its time, as the server's own.
  function makeId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let now = Date.now();
    for (let i = 5; i >= 0; i--) {
      bytes[i] = now % 256;
      now = Math.floor(now / 256);
    }
    bytes[6] = bytes[6] & 15 | 112;
    bytes[8] = bytes[8] & 63 | 128;
    const hex = Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  // The parts of a fresh page take the place of these.
  function swap(text, ids) {
    const page = new DOMParser().parseFromString(text, 'text/html');
    for (const id of ids) {
      const here = document.getElementById(id), there = page.getElementById(id);
      if (here && there) here.replaceWith(there);
    }
    return page;
  }

  // ---- forms ----

  async function post(form, button) {
    const data = new URLSearchParams(new FormData(form));
    if (button && button.name) data.append(button.name, button.value);
    if (form.hasAttribute('data-stay')) data.append('stay', '1');
    form.dataset.busy = '1';
    try {
      const answer = await fetch(form.action, { method: 'POST', body: data });
      const text = await answer.text();
      if (!answer.ok) {
        const page = swap(text, ['main', 'top', 'bar']);
        const notice = $('.notice, .empty p', page);
        toast(notice ? notice.textContent : document.body.dataset.failed);
      } else {
        const place = Array.from(document.forms).indexOf(form);
        swap(text, form.dataset.swap.split(' '));
        const same = document.forms[place] && $('button', document.forms[place]);
        if (same) same.focus({ preventScroll: true });
        if (button && button.dataset.done) toast(button.dataset.done);
      }
    } catch (error) {
      toast(document.body.dataset.failed);
    } finally {
      delete form.dataset.busy;
    }
  }

  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.id === 'composer' && chat) {
      event.preventDefault();
      chat.submit();
    } else if (form.dataset.busy) {
      event.preventDefault();
    } else if (form.dataset.swap) {
      event.preventDefault();
      post(form, event.submitter);
    } else if ('once' in form.dataset) {
      form.dataset.busy = '1';
    }
  });
  // Another variant: the same page with other values.
  document.addEventListener('click', async event => {
    const link = event.target.closest('a.choice');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error();
      swap(await answer.text(), ['main', 'bar']);
      history.replaceState(null, '', link.href);
    } catch (error) {
      location.href = link.href;
    }
  });
  // Back from the next page, the form may be sent again.
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-busy]')) delete form.dataset.busy;
  });

  // ---- the socket ----
  // It may die at any time, also without saying so: a phone sleeps. Whoever listens says what it
  // has, gets what came after, and sends again what was not acknowledged.

  const PING = 25000, PONG = 5000, FIRST = 300, LAST = 15000;

  function live(hello, hear, opened) {
    let socket = null, wait = FIRST, pingTimer = 0, pongTimer = 0, openTimer = 0;

    function send(message) {
      if (!socket || socket.readyState !== 1) return false;
      socket.send(JSON.stringify(message));
      return true;
    }
    function ping() {
      clearTimeout(pongTimer);
      if (send({ ping: Date.now() })) pongTimer = setTimeout(drop, PONG);
    }
    function drop() {
      const old = socket;
      clearTimeout(pongTimer);
      clearInterval(pingTimer);
      socket = null;
      if (old) {
        old.onclose = old.onmessage = old.onopen = null;
        old.close();
      }
      clearTimeout(openTimer);
      openTimer = setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LAST);
    }
    function open() {
      clearTimeout(openTimer);
      if (socket) return;
      if (!navigator.onLine) { openTimer = setTimeout(open, LAST); return; }
      socket = new WebSocket(location.origin.replace(/^http/, 'ws') + base + '/live');
      // A connection that never comes is given up, too.
      pongTimer = setTimeout(drop, PONG);
      socket.onopen = () => {
        wait = FIRST;
        clearTimeout(pongTimer);
        pingTimer = setInterval(ping, PING);
        send({ hello: hello() });
        if (opened) opened();
      };
      socket.onmessage = event => {
        clearTimeout(pongTimer);
        hear(JSON.parse(event.data));
      };
      socket.onclose = drop;
    }
    // Awake again, or the network is back: what looks open may be long dead.
    function wake() {
      if (document.visibilityState === 'hidden') return;
      wait = FIRST;
      if (socket && socket.readyState === 1) ping();
      else { clearTimeout(openTimer); if (!socket) open(); }
    }
    document.addEventListener('visibilitychange', wake);
    document.addEventListener('resume', wake);
    addEventListener('pageshow', wake);
    addEventListener('online', wake);
    addEventListener('offline', () => { if (socket) drop(); });
    open();
    return { send };
  }

  // ---- chat ----

  function startChat(thread) {
    const form = $('#composer'), field = form.elements.text, key = 'kedai:out:' + base;
    const RESEND = 8000, LATER = 15000;
    let position = Number(thread.dataset.pos), sending = null, timer = 0, seen = 0;

    // Written but not yet acknowledged; the same for all tabs, and there after a restart.
    function queue() {
      try { return JSON.parse(localStorage.getItem(key)) || []; } catch (error) { return memory; }
    }
    let memory = [];
    function keep(list) {
      memory = list;
      try { localStorage.setItem(key, JSON.stringify(list)); } catch (error) { /* full, or private */ }
    }
    function drop(uid) { keep(queue().filter(entry => entry.uid !== uid)); }

    const near = () => innerHeight + scrollY > document.documentElement.scrollHeight - 200;
    const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);

    function place(item) {
      const id = 'm-' + item.dataset.uid, old = document.getElementById(id);
      item.id = id;
      if (old && old.dataset.at === item.dataset.at) { old.replaceWith(item); return; }
      if (old) old.remove();
      const at = Number(item.dataset.at);
      let before = null;
      for (const other of Array.from(thread.children).reverse()) {
        if (Number(other.dataset.at) <= at) break;
        before = other;
      }
      thread.insertBefore(item, before);
    }
    function show(entry) {
      if (document.getElementById('m-' + entry.uid)) return;
      const item = document.createElement('li');
      item.className = 'msg mine waiting';
      item.dataset.uid = entry.uid;
      item.dataset.at = String(Number.MAX_SAFE_INTEGER);
      const bubble = document.createElement('div'), text = document.createElement('p');
      bubble.className = 'bubble';
      text.className = 'text';
      text.dir = 'auto';
      text.textContent = entry.text;
      bubble.append(text);
      const when = document.createElement('span'), clock = document.createElement('span');
      when.className = 'when';
      clock.className = 'clock';
      clock.setAttribute('role', 'img');
      clock.setAttribute('aria-label', field.dataset.sending);
      when.append(clock);
      item.append(bubble, when);
      place(item);
    }
    function settle(uid, why) {
      const item = document.getElementById('m-' + uid);
      drop(uid);
      if (sending === uid) sending = null;
      if (item && item.classList.contains('waiting')) {
        item.classList.remove('waiting');
        const when = $('.when', item);
        when.textContent = why === undefined ? '✓' : why;
        if (why !== undefined) when.classList.add('wrong');
      }
      next();
    }
    // One after the other, so that they arrive in the order they were written.
    function next() {
      if (sending) return;
      const entry = queue()[0];
      clearTimeout(timer);
      if (!entry || !line.send({ send: entry })) return;
      sending = entry.uid;
      timer = setTimeout(again, RESEND);
    }
    function again() {
      sending = null;
      next();
    }
    function tellSeen() {
      if (document.visibilityState === 'hidden') return;
      let newest = 0;
      for (const item of thread.querySelectorAll('.theirs'))
        newest = Math.max(newest, Number(item.dataset.received));
      if (newest > seen && line.send({ seen: newest })) seen = newest;
    }
    function hear(message) {
      if (message.items) {
        const follow = near();
        for (const one of message.items) {
          const box = document.createElement('template');
          box.innerHTML = one.html;
          const item = box.content.firstElementChild;
          item.dataset.uid = one.id;
          place(item);
          const hello = $('.hello');
          if (hello) hello.remove();
        }
        position = Math.max(position, message.pos);
        if (follow) toEnd();
        tellSeen();
      }
      if (message.ack) settle(message.ack);
      if (message.refused) settle(message.refused, message.why || '');
      if (message.later) {
        clearTimeout(timer);
        timer = setTimeout(again, LATER);
      }
    }
    function connection() {
      const note = $('#offline');
      note.hidden = navigator.onLine;
      note.textContent = document.body.dataset.offline;
    }
    const line = live(() => ({ after: position }), hear, () => { again(); tellSeen(); });

    function submit() {
      const text = field.value.replace(/\0/g, '').trim();
      field.setCustomValidity('');
      if (!text) { toast(field.dataset.empty); field.focus(); return; }
      if (new TextEncoder().encode(text).length > Number(field.dataset.max)) {
        toast(field.dataset.long);
        return;
      }
      const entry = { uid: makeId(), text: text };
      const product = form.elements.product, name = form.elements.name;
      if (product && product.value) entry.product = product.value;
      if (name && name.value) entry.name = name.value;
      keep(queue().concat(entry));
      show(entry);
      const hello = $('.hello');
      if (hello) hello.remove();
      field.value = '';
      grow();
      const asking = $('.asking', form);
      if (asking) { asking.remove(); history.replaceState(null, '', base + '/chat'); }
      if (name && name.value) name.remove();
      toEnd();
      field.focus();
      next();
    }
    function grow() {
      field.style.height = 'auto';
      field.style.height = Math.min(field.scrollHeight + 2, innerHeight * 0.4) + 'px';
    }
    field.addEventListener('input', grow);
    field.addEventListener('keydown', event => {
      // A keyboard with a mouse beside it: Enter sends.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && matchMedia('(hover:hover)').matches) {
        event.preventDefault();
        submit();
      }
    });
    form.addEventListener('click', event => {
      const link = event.target.closest('[data-unask]');
      if (!link) return;
      event.preventDefault();
      link.closest('.asking').remove();
      history.replaceState(null, '', base + '/chat');
    });
    document.addEventListener('visibilitychange', tellSeen);
    addEventListener('online', connection);
    addEventListener('offline', connection);
    // Another tab may have sent it.
    addEventListener('storage', event => { if (event.key === key) again(); });
    for (const item of thread.children) item.dataset.uid = item.id.slice(2);
    for (const entry of queue()) show(entry);
    for (const entry of queue().filter(one => !$('#m-' + one.uid + '.waiting'))) drop(entry.uid);
    connection();
    toEnd();
    return { submit };
  }

  // ---- an order's page ----

  function startOrder(first) {
    const token = first.dataset.order, POLL = 10000;
    let position = Number(first.dataset.pos), busy = false, again = false, last = 0;

    async function refresh() {
      if (busy) { again = true; return; }
      busy = true;
      try {
        const answer = await fetch(location.pathname, { cache: 'no-store' });
        if (answer.ok) {
          const text = await answer.text();
          const page = new DOMParser().parseFromString(text, 'text/html');
          const there = $('#order-live', page), here = $('#order-live');
          if (there && here.dataset.pos !== there.dataset.pos) {
            position = Number(there.dataset.pos);
            // A form that somebody is typing in stays, unless it is no longer asked for.
            const typing = $('#order') && $('#order', page);
            if (typing) here.replaceWith(there);
            else swap(text, ['main', 'bar']);
          }
        }
      } catch (error) { /* asked again later */ }
      busy = false;
      last = Date.now();
      if (again) { again = false; refresh(); }
    }
    let heard = false;
    if ('live' in first.dataset)
      live(() => ({ after: position, watch: token }), message => {
        heard = true;
        if (message.order) refresh();
      });
    // Who only holds the link has no session, and no socket.
    setInterval(() => {
      if (!heard && document.visibilityState !== 'hidden' && Date.now() - last >= POLL) refresh();
    }, POLL);
  }

  const thread = $('#thread[data-live]'), order = $('#order-live');
  const chat = thread && $('#composer') ? startChat(thread) : null;
  if (order) startOrder(order);
})();
