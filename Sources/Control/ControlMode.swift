import Embodiment
import Platform

/// What the controller is asked to do; changed between ticks by its owner.
public enum ControlMode: UInt8, Sendable, Equatable {
    /// Brake and stay.
    case hold
    /// Follow the steps given to `begin`.
    case track
    /// Go home, every axis as fast as `homeSpeedScale` allows.
    case home
    /// Follow the motion given to `play`.
    case play
}
