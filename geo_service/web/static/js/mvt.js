// Reads a Mapbox Vector Tile of one layer of polygons (specification 2.1).

// Corners lie in one array; `ring` tells where each ring begins in it, `feature` where each
// feature begins among the rings, both with the end; `boxes` are left, top, right, bottom.
export function readTile(buffer) {
  const bytes = new Uint8Array(buffer);
  const read = reader(bytes);
  let found = null;
  read.fields(bytes.length, (field) => {
    if (field === 3) found = readLayer(read, read.number() + read.at());
    else read.skip();
  });
  return found ?? pack({ extent: 4096, keys: [], values: [], ids: [], tags: [], xy: [], ring: [], feature: [] });
}

function readLayer(read, end) {
  const made = { extent: 4096, keys: [], values: [], ids: [], tags: [], xy: [], ring: [], feature: [] };
  read.fields(end, (field) => {
    if (field === 2) readFeature(read, read.number() + read.at(), made);
    else if (field === 3) made.keys.push(read.text());
    else if (field === 4) made.values.push(readValue(read, read.number() + read.at()));
    else if (field === 5) made.extent = read.number();
    else read.skip();
  });
  return pack(made);
}

function readValue(read, end) {
  let value = null;
  read.fields(end, (field) => {
    if (field === 1) value = read.text();
    else read.skip();
  });
  return value;
}

function readFeature(read, end, made) {
  let id = 0;
  const tags = [];
  made.feature.push(made.ring.length);
  read.fields(end, (field) => {
    if (field === 1) id = read.number();
    else if (field === 2) for (const until = read.number() + read.at(); read.at() < until;) tags.push(read.number());
    else if (field === 4) readRings(read, read.number() + read.at(), made);
    else read.skip();
  });
  made.ids.push(id);
  made.tags.push(tags);
}

function readRings(read, end, { xy, ring }) {
  let x = 0;
  let y = 0;
  while (read.at() < end) {
    const command = read.number();
    if ((command & 7) === 7) continue; // close: the ring is one by itself
    if ((command & 7) === 1) ring.push(xy.length / 2);
    for (let left = command >> 3; left > 0; left -= 1) {
      x += read.signed();
      y += read.signed();
      xy.push(x, y);
    }
  }
}

function pack({ extent, keys, values, ids, tags, xy, ring, feature }) {
  const key = keys.indexOf("kind");
  const kinds = tags.map((pairs) => {
    for (let i = 0; i + 1 < pairs.length; i += 2) if (pairs[i] === key) return pairs[i + 1];
    return 0;
  });
  const tile = {
    extent, kinds: values, kind: Uint8Array.from(kinds), ids: Uint32Array.from(ids), xy: Int16Array.from(xy),
    ring: Uint32Array.from([...ring, xy.length / 2]), feature: Uint32Array.from([...feature, ring.length]),
  };
  tile.boxes = boxesOf(tile);
  return tile;
}

function boxesOf({ ids, xy, ring, feature }) {
  const boxes = new Int16Array(ids.length * 4);
  for (let one = 0; one < ids.length; one += 1) {
    let [left, top, right, bottom] = [32767, 32767, -32768, -32768];
    for (let at = ring[feature[one]]; at < ring[feature[one + 1]]; at += 1) {
      left = Math.min(left, xy[2 * at]);
      right = Math.max(right, xy[2 * at]);
      top = Math.min(top, xy[2 * at + 1]);
      bottom = Math.max(bottom, xy[2 * at + 1]);
    }
    boxes.set([left, top, right, bottom], one * 4);
  }
  return boxes;
}

function reader(bytes) {
  const letters = new TextDecoder();
  let at = 0;
  let wire = 0;

  function number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at];
      at += 1;
      value += (byte & 127) * shift;
      if (!(byte & 128)) return value;
    }
  }

  return {
    number,
    at: () => at,
    signed() {
      const value = number();
      return value % 2 ? -(value + 1) / 2 : value / 2;
    },
    text() {
      const end = number() + at;
      const text = letters.decode(bytes.subarray(at, end));
      at = end;
      return text;
    },
    fields(end, take) {
      while (at < end && at < bytes.length) {
        const key = number();
        wire = key & 7;
        take(key >> 3);
      }
    },
    skip() {
      if (wire === 0) number();
      else if (wire === 2) { const long = number(); at += long; }
      else at += wire === 5 ? 4 : 8;
    },
  };
}
