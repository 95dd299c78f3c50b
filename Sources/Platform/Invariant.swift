internal import CPlatform

/// Stops the process with a message when `condition` is false, in release too.
///
/// For programmer errors that must speak: a failed `precondition` prints nothing in an optimised
/// build. Any thread; does not allocate. The outside world being wrong is a thrown error instead.
@inlinable
public func invariant(
    _ condition: @autoclosure () -> Bool, _ message: StaticString, file: StaticString = #fileID,
    line: UInt32 = #line
) {
    if !condition() { fail(message, file: file, line: line) }
}

/// Stops the process with a message.
@inline(never)
public func fail(
    _ message: StaticString, file: StaticString = #fileID, line: UInt32 = #line
) -> Never {
    // A literal with one scalar may be stored as that scalar; then there is no pointer to print.
    let text: StaticString = message.hasPointerRepresentation ? message : "(no message)"
    hone_die(
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self),
        text.utf8CodeUnitCount,
        UnsafeRawPointer(file.utf8Start).assumingMemoryBound(to: CChar.self),
        file.utf8CodeUnitCount,
        line)
}
