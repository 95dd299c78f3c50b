/// Takes down what decoders say of the keys that they read, for the page of keys.
///
/// While one is in the `Diagnostics` of a reading, blocks that are absent are decoded as if they were there
/// and empty. One thread.
final class KeySurvey {
    /// Every key that was asked for, in order.
    private(set) var declarations: [KeyDeclaration] = []

    func add(_ declaration: KeyDeclaration) { declarations.append(declaration) }
}
