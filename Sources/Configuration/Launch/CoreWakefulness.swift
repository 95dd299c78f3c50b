/// What a launch wants of the cores between two ticks.
public enum CoreWakefulness: String, Sendable, Equatable, CaseIterable {
    /// What an idle loop shows to be needed; in a virtual machine they may sleep.
    case measured
    /// They may sleep, whatever it costs in lateness.
    case sleep
    /// They do not sleep.
    case awake
}
