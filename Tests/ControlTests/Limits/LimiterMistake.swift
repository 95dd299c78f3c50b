/// One mistake somebody could make in the limiter; `LimiterCopy` makes it.
enum LimiterMistake: String, CaseIterable, Sendable {
    // F2, the braking speed.
    case ceilingForFloor, noFloor, missingPlusOne, plusTwo, periodForSquare, periodCubed
    case halfLost, fourForEight, minusOneLost, plusOneUnderRootLost, distanceDoubled
    // F3, the interval and the step of the second order.
    case speedCapLost, lowerSpeedCapLost, speedingUpFree, slowingDownFree, twiceTheAcceleration
    case accelerationTimesSquare, upperBrakingLost, lowerBrakingLost, lowerBrakingSign
    case sidesSwapped, nanPasses, infinityPasses, stepWithoutPeriod, wishReturned
    case speedCapTooLow, accelerationHalved, brakingWithoutMargin
    // The way to a target.
    case approachFromTwiceTheDistance, approachForgetsSign
    // F4, the interval of the third order.
    case jerkUpFree, jerkDownFree, rampUpLost, rampDownLost, rampWithAcceleration, rampOtherSide
    case accelerationCapLost, periodLostInSpeed
    // F5, the brake law.
    case brakeForward, brakeWithoutRamp, brakeWithoutJerk
    // F6, the roll-out.
    case rollOutSkipped, rollOutUpperOnly, rollOutLowerOnly, rollOutTooShort, fallbackKeepsWish
    case halvingTowardsRest, thirdOrderNanPasses
    // The share that a group of axes has in common.
    case firstAxisShares, largestShare, squaredShare, shareFromRest, brakingStopsAll
}
