//! The spectrogram on the GPU: two passes, from sound to levels and from levels to pixels.

use bytemuck::{Pod, Zeroable};
use wgpu::BufferUsages as Usage;

use crate::Picture;
use crate::colours::palette;
use crate::device::Gpu;
use crate::error::Result;
use crate::ladder::RUNGS;
use crate::plan::{BINS, CALIBRATION, FLOOR, Layer, Plan, SHADES, range, tables};

/// Rows that a workgroup colours.
const GROUP: u32 = 256;

/// What both passes are told; as `Plan` in the shader.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Told {
    columns: u32,
    rows: u32,
    whole: u32,
    calibration: f32,
    floor: f32,
    black: f32,
    range: f32,
    shades: f32,
    layers: [Layer; RUNGS],
}

/// The compiled shader, and what is the same for every picture.
pub(crate) struct Spectrogram {
    pub gpu: Gpu,
    hear: wgpu::ComputePipeline,
    colour: wgpu::ComputePipeline,
    tables: wgpu::Buffer,
    palette: wgpu::Buffer,
}

impl Spectrogram {
    /// Compiles the shader.
    ///
    /// # Errors
    /// [`crate::Error::Lost`] when the driver does not take it.
    pub fn new(gpu: Gpu) -> Result<Self> {
        let module = gpu.device.create_shader_module(wgpu::include_wgsl!("spectrogram.wgsl"));
        let pipeline = |entry: &str| {
            gpu.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(entry),
                layout: None,
                module: &module,
                entry_point: Some(entry),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            })
        };
        let (hear, colour) = (pipeline("hear"), pipeline("colour"));
        let colours: Vec<u8> = palette().concat();
        let tables = gpu.buffer(bytemuck::cast_slice(&tables()), Usage::STORAGE);
        let palette = gpu.buffer(&colours, Usage::STORAGE);
        gpu.check()?;
        Ok(Self { gpu, hear, colour, tables, palette })
    }

    /// Draws what the plan says.
    ///
    /// # Errors
    /// [`crate::Error::Lost`]; nothing more is to be asked then.
    pub fn draw(&self, plan: &Plan) -> Result<Picture> {
        self.gpu.check()?;
        if plan.whole == 0 {
            return Ok(Picture::empty(plan.columns as u32, plan.rows as u32));
        }
        let gpu = &self.gpu;
        let told = gpu.buffer(bytemuck::bytes_of(&told(plan)), Usage::UNIFORM);
        let samples = gpu.buffer(bytemuck::cast_slice(&plan.samples), Usage::STORAGE);
        let starts = gpu.buffer(bytemuck::cast_slice(&plan.starts), Usage::STORAGE);
        let reaches = gpu.buffer(bytemuck::cast_slice(&plan.reaches), Usage::STORAGE);
        let levels = gpu.empty((4 * RUNGS * BINS * plan.columns) as u64, Usage::STORAGE);
        let size = (4 * plan.columns * plan.rows) as u64;
        // New buffers are cleared, so that one sees through the pixels that no sound falls on.
        let pixels = gpu.empty(size, Usage::STORAGE | Usage::COPY_SRC);
        let copy = gpu.empty(size, Usage::MAP_READ | Usage::COPY_DST);
        let hear = self
            .bound(&self.hear, &[(0, &told), (1, &samples), (2, &starts), (3, &self.tables), (4, &levels)]);
        let colour = self.bound(
            &self.colour,
            &[(0, &told), (5, &levels), (6, &reaches), (7, &self.palette), (8, &pixels)],
        );
        let mut orders = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let whole = plan.whole as u32;
        let passes = [
            (&self.hear, &hear, [whole, RUNGS as u32, 1]),
            (&self.colour, &colour, [(plan.rows as u32).div_ceil(GROUP), whole, 1]),
        ];
        for (pipeline, bound, [x, y, z]) in passes {
            let mut pass = orders.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, bound, &[]);
            pass.dispatch_workgroups(x, y, z);
        }
        orders.copy_buffer_to_buffer(&pixels, 0, &copy, 0, size);
        gpu.queue.submit([orders.finish()]);
        let mut pixels = gpu.read(&copy)?;
        pixels.truncate(size as usize);
        Ok(Picture { width: plan.columns as u32, height: plan.rows as u32, pixels })
    }

    fn bound(&self, pipeline: &wgpu::ComputePipeline, buffers: &[(u32, &wgpu::Buffer)]) -> wgpu::BindGroup {
        let entries: Vec<wgpu::BindGroupEntry<'_>> = buffers
            .iter()
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding: *binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        })
    }
}

fn told(plan: &Plan) -> Told {
    let [black, range] = range();
    Told {
        columns: plan.columns as u32,
        rows: plan.rows as u32,
        whole: plan.whole as u32,
        calibration: CALIBRATION,
        floor: FLOOR,
        black,
        range,
        shades: (SHADES - 1) as f32,
        layers: plan.layers,
    }
}
