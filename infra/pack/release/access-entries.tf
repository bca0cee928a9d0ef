# Lets the functions of an AI4K8s stack in to one EKS cluster; what they may do there, the manifests in rbac/ say.

variable "ai4k8s_stack_name" {
  type    = string
  default = "Ai4k8s"
}

variable "ai4k8s_cluster_name" {
  description = "The EKS cluster, whose authentication mode is API or API_AND_CONFIG_MAP"
  type        = string
}

data "aws_cloudformation_stack" "ai4k8s" {
  name = var.ai4k8s_stack_name
}

resource "aws_eks_access_entry" "ai4k8s" {
  for_each = toset(split(",", data.aws_cloudformation_stack.ai4k8s.outputs["AccessRoleArns"]))

  cluster_name      = var.ai4k8s_cluster_name
  principal_arn     = each.value
  kubernetes_groups = ["ai4k8s-autoscaler"]
  type              = "STANDARD"
}
