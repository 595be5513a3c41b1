//! seccomp: the system calls a child may still make. Everything else answers EPERM; killing instead would break
//! documents whose fonts are looked for in vain.

use libc::c_long;
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter_all_threads,
};
use std::collections::BTreeMap;

/// Allowed whatever their arguments: none of them names a file to open, another process or an address.
const PLAIN: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_ftruncate,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_ppoll,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getcpu,
    libc::SYS_getrusage,
    libc::SYS_sysinfo,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Answered by the second filter.
    libc::SYS_clone3,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// Whether every thread of the process is held to it. With `fonts`, files may be opened for reading as far as Landlock
/// lets them.
pub(super) fn restrict(fonts: bool) -> bool {
    // A filter may not be added once the calls for that are gone: so the one with fewer demands comes first.
    [no_clone3(), allowed_only(fonts)]
        .into_iter()
        .all(|filter| filter.is_ok_and(|f| apply_filter_all_threads(&f).is_ok()))
}

/// clone3 hides its flags behind a pointer. "Not implemented" makes the C library fall back to clone.
fn no_clone3() -> Result<BpfProgram, Error> {
    compile(
        BTreeMap::from([(libc::SYS_clone3, Vec::new())]),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
    )
}

fn allowed_only(fonts: bool) -> Result<BpfProgram, Error> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        PLAIN.iter().map(|call| (*call, Vec::new())).collect();
    let without_exec = || bits_clear(2, libc::PROT_EXEC);
    rules.insert(libc::SYS_mmap, vec![rule([without_exec()?])?]);
    rules.insert(libc::SYS_mprotect, vec![rule([without_exec()?])?]);
    rules.insert(
        libc::SYS_clone,
        vec![rule([bits_set(0, libc::CLONE_THREAD)?])?],
    );
    let own = rustix::process::getpid().as_raw_nonzero().get();
    rules.insert(libc::SYS_tgkill, vec![rule([is(0, own)?])?]);
    let of_fcntl = [libc::F_GETFL, libc::F_GETFD, libc::F_DUPFD_CLOEXEC];
    let of_fcntl = of_fcntl.map(|command| rule([is(1, command)?]));
    rules.insert(
        libc::SYS_fcntl,
        of_fcntl.into_iter().collect::<Result<_, _>>()?,
    );
    if fonts {
        let writing = libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND;
        rules.insert(libc::SYS_openat, vec![rule([bits_clear(2, writing)?])?]);
        rules.insert(libc::SYS_getdents64, Vec::new());
    }
    compile(
        rules,
        SeccompAction::Errno(libc::EPERM as u32),
        SeccompAction::Allow,
    )
}

fn compile(
    rules: BTreeMap<c_long, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    when_matched: SeccompAction,
) -> Result<BpfProgram, Error> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(Error::Backend)?;
    SeccompFilter::new(rules.into_iter().collect(), otherwise, when_matched, arch)
        .and_then(BpfProgram::try_from)
        .map_err(Error::Backend)
}

fn rule<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule, Error> {
    SeccompRule::new(conditions.into()).map_err(Error::Backend)
}

fn bits_clear(argument: u8, bits: i32) -> Result<SeccompCondition, Error> {
    masked(argument, bits, 0)
}

fn bits_set(argument: u8, bits: i32) -> Result<SeccompCondition, Error> {
    masked(argument, bits, bits)
}

fn masked(argument: u8, bits: i32, expect: i32) -> Result<SeccompCondition, Error> {
    let op = SeccompCmpOp::MaskedEq(bits as u32 as u64);
    condition(argument, op, expect)
}

fn is(argument: u8, value: i32) -> Result<SeccompCondition, Error> {
    condition(argument, SeccompCmpOp::Eq, value)
}

fn condition(argument: u8, op: SeccompCmpOp, value: i32) -> Result<SeccompCondition, Error> {
    let length = SeccompCmpArgLen::Dword;
    SeccompCondition::new(argument, length, op, value as u32 as u64).map_err(Error::Backend)
}
