"""Poses: from a photo, a skeleton map or OpenPose JSON to the eighteen key points a ControlNet is shown.

`read_pose` recognises which of the three it was given. Nothing here needs torch.
"""

from generation.pose.figure import NobodyInPicture, Person, Point, Pose
from generation.pose.read import read_pose

__all__ = ["NobodyInPicture", "Person", "Point", "Pose", "read_pose"]
