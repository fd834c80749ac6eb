// The spectrogram: `hear` turns sound into levels, `colour` turns levels into pixels.

struct Layer {
    first: u32,
    frames: u32,
    looks: u32,
    starts: u32,
}

struct Plan {
    columns: u32,
    rows: u32,
    whole: u32,
    calibration: f32,
    floor: f32,
    black: f32,
    range: f32,
    shades: f32,
    layers: array<Layer, 3>,
}

struct Reach {
    layer: u32,
    weight: f32,
    middle: f32,
    first: u32,
    count: u32,
}

const WINDOW = 1024u;
const BINS = 512u;
const THREADS = 256u;

@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read> samples: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> starts: array<i32>;
// Cosine, negative sine, window.
@group(0) @binding(3) var<storage, read> tables: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> heard: array<f32>;

@group(0) @binding(5) var<storage, read> levels: array<f32>;
@group(0) @binding(6) var<storage, read> reaches: array<Reach>;
@group(0) @binding(7) var<storage, read> palette: array<u32>;
@group(0) @binding(8) var<storage, read_write> pixels: array<u32>;

var<workgroup> line: array<vec2<f32>, WINDOW>;

fn windowed(layer: Layer, start: i32, at: u32) -> vec2<f32> {
    let frame = start + i32(at);
    if frame < 0 || frame >= i32(layer.frames) {
        return vec2<f32>(0.0);
    }
    return samples[layer.first + u32(frame)] * tables[at].z;
}

fn turned(value: vec2<f32>, part: u32) -> vec2<f32> {
    let turn = tables[part].xy;
    return vec2<f32>(value.x * turn.x - value.y * turn.y, value.x * turn.y + value.y * turn.x);
}

// One step of Stockham's FFT of radix 4: `done` is the length of the transforms that are finished.
fn butterfly(thread: u32, done: u32, a: vec2<f32>, b: vec2<f32>, c: vec2<f32>, d: vec2<f32>) {
    let k = thread & (done - 1u);
    let to = ((thread - k) << 2u) + k;
    let part = k * (THREADS / done);
    let u = turned(b, part);
    let v = turned(c, 2u * part);
    let w = turned(d, 3u * part);
    let even = a + v;
    let odd = a - v;
    let sum = u + w;
    let difference = vec2<f32>(u.y - w.y, w.x - u.x);
    line[to] = even + sum;
    line[to + done] = odd + difference;
    line[to + 2u * done] = even - sum;
    line[to + 3u * done] = odd - difference;
}

// The mean power of both sides, which are the real and the imaginary part of what was transformed.
fn power(bin: u32) -> f32 {
    let up = line[bin];
    let down = line[(WINDOW - bin) & (WINDOW - 1u)];
    return 0.25 * (dot(up, up) + dot(down, down)) * plan.calibration;
}

fn decibels(power: f32) -> f32 {
    return max(3.0102999566 * log2(max(power, 1e-20)), plan.floor);
}

@compute @workgroup_size(256)
fn hear(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let layer = plan.layers[group.y];
    var sums = vec2<f32>(0.0);
    for (var look = 0u; look < layer.looks; look++) {
        let start = starts[layer.starts + group.x * layer.looks + look];
        butterfly(
            thread,
            1u,
            windowed(layer, start, thread),
            windowed(layer, start, thread + THREADS),
            windowed(layer, start, thread + 2u * THREADS),
            windowed(layer, start, thread + 3u * THREADS),
        );
        workgroupBarrier();
        for (var done = 4u; done < WINDOW; done <<= 2u) {
            let a = line[thread];
            let b = line[thread + THREADS];
            let c = line[thread + 2u * THREADS];
            let d = line[thread + 3u * THREADS];
            workgroupBarrier();
            butterfly(thread, done, a, b, c, d);
            workgroupBarrier();
        }
        let powers = vec2<f32>(power(thread), power(thread + THREADS));
        sums += powers * powers;
        workgroupBarrier();
    }
    let mean = sqrt(sums / f32(layer.looks));
    let place = (group.y * plan.columns + group.x) * BINS + thread;
    heard[place] = decibels(mean.x);
    heard[place + THREADS] = decibels(mean.y);
}

fn level(base: u32, bin: i32) -> f32 {
    return levels[base + u32(clamp(bin, 0, i32(BINS) - 1))];
}

// Catmull and Rom's curve through the levels; neighbours count no deeper than a Hann window's slope goes.
fn curve(base: u32, place: f32) -> f32 {
    let bin = i32(floor(place));
    let x = place - floor(place);
    let b = level(base, bin);
    let c = level(base, bin + 1);
    let deepest = max(b, c) - 16.0;
    let a = max(level(base, bin - 1), deepest);
    let d = max(level(base, bin + 2), deepest);
    return b + 0.5 * x * (c - a + x * (2.0 * a - 5.0 * b + 4.0 * c - d + x * (3.0 * (b - c) + d - a)));
}

fn shown(reach: Reach, column: u32) -> f32 {
    let base = (reach.layer * plan.columns + column) * BINS;
    var highest = curve(base, reach.middle);
    for (var half = 0u; half < reach.count; half++) {
        highest = max(highest, curve(base, 0.5 * f32(reach.first + half)));
    }
    return reach.weight * (highest - plan.floor);
}

@compute @workgroup_size(256)
fn colour(@builtin(global_invocation_id) at: vec3<u32>) {
    let column = at.y;
    let row = at.x;
    if row >= plan.rows || column >= plan.whole {
        return;
    }
    var level = plan.floor;
    for (var part = 0u; part < 2u; part++) {
        let reach = reaches[2u * row + part];
        if reach.weight > 0.0 {
            level += shown(reach, column);
        }
    }
    let shade = floor(clamp((level - plan.black) / plan.range, 0.0, 1.0) * plan.shades + 0.5);
    pixels[row * plan.columns + column] = palette[u32(shade)];
}
