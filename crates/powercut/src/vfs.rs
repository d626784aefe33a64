//! The file layer of SQLite over a [`Disk`]: a table of C functions that ask the disk first and then pass on to the system's layer.
//!
//! All `unsafe` of the project that is our own stands here, and it does two things only: it follows pointers that SQLite hands
//! to the functions it was given, and it calls the functions of the system's layer with the pointers that layer was opened with.
#![expect(unsafe_code, reason = "a file layer of SQLite is a table of C functions over raw pointers")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem::{align_of, size_of};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;

use rusqlite::ffi;

use crate::disk::{Disk, Failure};

/// Why no layer was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The name holds a zero, or a layer of that name exists.
    #[error("`{0}` cannot name a file layer: it is taken or holds a zero")]
    Name(String),
    /// SQLite has no layer of its own, or refused.
    #[error("SQLite refused the file layer (code {0})")]
    Refused(c_int),
}

/// What one layer needs; lives as long as the process, as SQLite keeps pointers to it.
struct Layer {
    disk: Disk,
    lower: *mut ffi::sqlite3_vfs,
}

/// An open file: SQLite's part first, then ours, then (in the same allocation) that of the system's layer. SQLite aligns it to
/// 8 bytes, no more.
#[repr(C)]
struct OpenFile {
    base: ffi::sqlite3_file,
    layer: *const Layer,
    /// The path of a file that survives its connection; none for temporary ones. Owned.
    path: *mut PathBuf,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Version 2: shared memory for the log, but no mapping of the file itself, so that every write is seen.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Registers a file layer with SQLite under `name` and returns its disk. What survives a cut is drawn from `seed`.
///
/// # Errors
/// [`RegisterError`] when the name is taken or SQLite refuses.
pub fn register(name: &str, seed: u64) -> Result<Disk, RegisterError> {
    let taken = || RegisterError::Name(name.to_owned());
    let c_name = CString::new(name).map_err(|_| taken())?;
    // SAFETY: initialising is safe to repeat; the names are zero-terminated.
    let (lower, same) = unsafe {
        let code = ffi::sqlite3_initialize();
        if code != ffi::SQLITE_OK {
            return Err(RegisterError::Refused(code));
        }
        (ffi::sqlite3_vfs_find(ptr::null()), ffi::sqlite3_vfs_find(c_name.as_ptr()))
    };
    if !same.is_null() {
        return Err(taken());
    }
    // SAFETY: the system's layer, when there is one, lives as long as the process.
    let Some(system) = (unsafe { lower.as_ref() }) else {
        return Err(RegisterError::Refused(ffi::SQLITE_ERROR));
    };
    const { assert!(align_of::<OpenFile>() == 8 && size_of::<OpenFile>().is_multiple_of(8)) };
    let disk = Disk::new(seed);
    let layer = Box::leak(Box::new(Layer { disk: disk.clone(), lower }));
    let own =
        c_int::try_from(size_of::<OpenFile>()).map_err(|_| RegisterError::Refused(ffi::SQLITE_ERROR))?;
    let vfs = ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: own + system.szOsFile,
        mxPathname: system.mxPathname,
        pNext: ptr::null_mut(),
        zName: c_name.into_raw(),
        pAppData: ptr::from_mut(layer).cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(get_last_error),
        xCurrentTimeInt64: Some(current_time_int64),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    };
    // SAFETY: the table is complete for its version and is leaked, so that it outlives every connection.
    let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0) };
    if code == ffi::SQLITE_OK { Ok(disk) } else { Err(RegisterError::Refused(code)) }
}

fn code(failure: Failure, when_off: c_int) -> c_int {
    match failure {
        Failure::NoPower => when_off,
        Failure::Full => ffi::SQLITE_FULL,
        Failure::NotSynced => ffi::SQLITE_IOERR_FSYNC,
    }
}

/// The layer behind a table of functions.
///
/// # Safety
/// `vfs` must be a table that [`register`] made.
unsafe fn layer_of<'a>(vfs: *mut ffi::sqlite3_vfs) -> &'a Layer {
    // SAFETY: `pAppData` of such a table points to a leaked `Layer`.
    unsafe { &*(*vfs).pAppData.cast::<Layer>() }
}

/// The parts of an open file.
struct Parts<'a> {
    disk: &'a Disk,
    path: Option<&'a Path>,
    lower: *mut ffi::sqlite3_file,
    methods: &'a ffi::sqlite3_io_methods,
}

/// # Safety
/// `file` must have been opened by [`open`] and not yet closed.
unsafe fn parts<'a>(file: *mut ffi::sqlite3_file) -> Parts<'a> {
    let own = file.cast::<OpenFile>();
    // SAFETY: `open` filled in an `OpenFile` here, with the file of the system's layer behind it in the same allocation.
    unsafe {
        let lower = own.add(1).cast::<ffi::sqlite3_file>();
        Parts {
            disk: &(*(*own).layer).disk,
            path: (*own).path.as_ref().map(PathBuf::as_path),
            lower,
            methods: &*(*lower).pMethods,
        }
    }
}

/// Calls a function of the system's layer; one that is not there counts as a fault of the disk.
macro_rules! pass {
    ($function:expr, $($argument:expr),*) => {
        match $function {
            // SAFETY: the function belongs to the layer that its first argument was opened with; the others come from SQLite.
            Some(function) => unsafe { function($($argument),*) },
            None => ffi::SQLITE_IOERR,
        }
    };
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls this with our own table and `szOsFile` bytes at `file`.
    let (layer, own) = unsafe { (layer_of(vfs), file.cast::<OpenFile>()) };
    // SAFETY: as above; no methods means that SQLite will not close what did not open.
    unsafe { (*file).pMethods = ptr::null() };
    if layer.disk.powered().is_err() {
        return ffi::SQLITE_CANTOPEN;
    }
    let path = if name.is_null() {
        None
    } else {
        // SAFETY: a name that is given is zero-terminated.
        let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
        Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
    };
    let existed = path.as_deref().is_some_and(Path::exists);
    // SAFETY: behind our part stand `szOsFile` bytes of the system's layer.
    let lower = unsafe { own.add(1).cast::<ffi::sqlite3_file>() };
    // SAFETY: the system's layer lives as long as the process.
    let outcome = pass!(unsafe { (*layer.lower).xOpen }, layer.lower, name, lower, flags, out_flags);
    if outcome != ffi::SQLITE_OK {
        return outcome;
    }
    layer.disk.opened(path.as_deref(), existed);
    let path = path.map_or(ptr::null_mut(), |path| Box::into_raw(Box::new(path)));
    // SAFETY: `own` is ours to fill in.
    unsafe { own.write(OpenFile { base: ffi::sqlite3_file { pMethods: &raw const METHODS }, layer, path }) };
    outcome
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes what it opened, once.
    let parts = unsafe { parts(file) };
    let outcome = pass!(parts.methods.xClose, parts.lower);
    parts.disk.closed();
    let own = file.cast::<OpenFile>();
    // SAFETY: the path was boxed by `open` and is not used after this.
    unsafe {
        if !(*own).path.is_null() {
            drop(Box::from_raw((*own).path));
        }
        (*own).path = ptr::null_mut();
    }
    outcome
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, count: c_int, at: i64) -> c_int {
    // SAFETY: SQLite reads from what it opened.
    let parts = unsafe { parts(file) };
    if let Err(failure) = parts.disk.powered() {
        return code(failure, ffi::SQLITE_IOERR_READ);
    }
    pass!(parts.methods.xRead, parts.lower, to, count, at)
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    count: c_int,
    at: i64,
) -> c_int {
    // SAFETY: SQLite writes to what it opened.
    let parts = unsafe { parts(file) };
    let (Ok(length), Ok(start)) = (usize::try_from(count), usize::try_from(at)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    if let Some(path) = parts.path {
        let mut size = 0;
        let sized = pass!(parts.methods.xFileSize, parts.lower, &raw mut size);
        if sized != ffi::SQLITE_OK {
            return sized;
        }
        // SAFETY: SQLite gives `count` readable bytes.
        let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), length) };
        let growth = at.saturating_add(i64::from(count)).saturating_sub(size).max(0);
        if let Err(failure) = parts.disk.write(path, start, bytes, growth.cast_unsigned()) {
            return code(failure, ffi::SQLITE_IOERR_WRITE);
        }
    }
    pass!(parts.methods.xWrite, parts.lower, from, count, at)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: SQLite truncates what it opened.
    let parts = unsafe { parts(file) };
    let Ok(length) = usize::try_from(size) else { return ffi::SQLITE_IOERR_TRUNCATE };
    if let Some(path) = parts.path
        && let Err(failure) = parts.disk.truncate(path, length)
    {
        return code(failure, ffi::SQLITE_IOERR_TRUNCATE);
    }
    pass!(parts.methods.xTruncate, parts.lower, size)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite syncs what it opened.
    let parts = unsafe { parts(file) };
    // The real disk is not waited for: what is sure is decided by ours.
    match parts.path.map_or(Ok(()), |path| parts.disk.sync(path)) {
        Ok(()) => ffi::SQLITE_OK,
        Err(failure) => code(failure, ffi::SQLITE_IOERR_FSYNC),
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xFileSize, parts.lower, size)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, kind: c_int) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xLock, parts.lower, kind)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, kind: c_int) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xUnlock, parts.lower, kind)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xCheckReservedLock, parts.lower, out)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xFileControl, parts.lower, what, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xSectorSize, parts.lower)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xDeviceCharacteristics, parts.lower)
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xShmMap, parts.lower, page, size, extend, out)
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xShmLock, parts.lower, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    if let Some(function) = parts.methods.xShmBarrier {
        // SAFETY: the function belongs to the layer that the file was opened with.
        unsafe { function(parts.lower) };
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: an open file of SQLite.
    let parts = unsafe { parts(file) };
    pass!(parts.methods.xShmUnmap, parts.lower, delete)
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: SQLite calls this with our own table and a zero-terminated name.
    let (layer, bytes) = unsafe { (layer_of(vfs), CStr::from_ptr(name).to_bytes()) };
    let path = Path::new(std::ffi::OsStr::from_bytes(bytes));
    if path.exists()
        && let Err(failure) = layer.disk.delete(path, sync_folder != 0)
    {
        return code(failure, ffi::SQLITE_IOERR_DELETE);
    }
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xDelete }, layer.lower, name, 0)
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xAccess }, layer.lower, name, flags, out)
}

unsafe extern "C" fn full_pathname(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    count: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xFullPathname }, layer.lower, name, count, out)
}

unsafe extern "C" fn randomness(vfs: *mut ffi::sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xRandomness }, layer.lower, count, out)
}

unsafe extern "C" fn sleep(vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xSleep }, layer.lower, microseconds)
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xCurrentTime }, layer.lower, out)
}

unsafe extern "C" fn current_time_int64(vfs: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xCurrentTimeInt64 }, layer.lower, out)
}

unsafe extern "C" fn get_last_error(vfs: *mut ffi::sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite calls this with our own table.
    let layer = unsafe { layer_of(vfs) };
    // SAFETY: the system's layer lives as long as the process.
    pass!(unsafe { (*layer.lower).xGetLastError }, layer.lower, count, out)
}
