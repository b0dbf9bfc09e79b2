"""Neural audio models as streams: foreign files (nn~, Neutone) and liveart's own, behind one face.

All but `model` import torch.
"""
